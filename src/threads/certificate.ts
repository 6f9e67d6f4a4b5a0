import { readCertificate } from '../config/certificate.ts';
import { CertificateWatch } from '../http/certificate-watch.ts';
import { StartError } from '../ops/start-error.ts';
import type { CertificateFiles } from '../config/certificate.ts';
import type {
  CertificateReading,
  CertificateWatchOptions,
  WatchedCertificate,
} from '../http/certificate-watch.ts';

/** What the files of http.tls hold. Throws a StartError where that is no pair; undefined: plain http. */
export function certificateToServe(files: CertificateFiles | null): WatchedCertificate | undefined {
  if (files === null) return undefined;
  const reading = readingOf(files);
  if (reading.ok) return reading.certificate;
  throw new StartError(reading.fault, 'set http.tls to a certificate and its own key');
}

/** Undefined: plain http. */
export function watchCertificate(
  files: CertificateFiles | null,
  options: Omit<CertificateWatchOptions, 'first' | 'read'> & {
    readonly first: WatchedCertificate | undefined;
  },
): CertificateWatch | undefined {
  const { first } = options;
  if (files === null || first === undefined) return undefined;
  return new CertificateWatch({ ...options, first, read: () => readingOf(files) });
}

function readingOf(files: CertificateFiles): CertificateReading {
  const outcome = readCertificate(files);
  if (outcome.ok) return outcome;
  const { which, fault, expected } = outcome;
  return { ok: false, fault: `${files[which]} ${fault} (expected ${expected})` };
}
