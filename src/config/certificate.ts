import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readText } from './reading.ts';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate with its chain, and the key that belongs to it: PEM text that TLS takes. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly expiresMs: number;
}

export type CertificateOutcome =
  | { readonly ok: true; readonly certificate: Certificate }
  /** `fault` follows the file's name; `expected` is what the file has to be. Neither quotes from it. */
  | {
      readonly ok: false;
      readonly which: keyof CertificateFiles;
      readonly fault: string;
      readonly expected: string;
    };

const EXPECTED = {
  cert: 'a certificate in PEM form, its chain behind it',
  key: 'its private key in PEM form, without a passphrase',
} as const;

/** Reads both files and sees that TLS takes them as a pair. Never throws; an expired one is not wrong. */
export function readCertificate(files: CertificateFiles): CertificateOutcome {
  const cert = readText(files.cert);
  if (!cert.ok) return faulty('cert', cert.fault);
  const key = readText(files.key);
  if (!key.ok) return faulty('key', key.fault);
  const known = attempt(() => new X509Certificate(cert.text));
  if (known === undefined) return faulty('cert', 'is not a certificate');
  const secret = attempt(() => createPrivateKey(key.text));
  if (secret === undefined) return faulty('key', keyFault(key.text));
  if (!known.checkPrivateKey(secret)) return faulty('key', 'is not the key of this certificate');
  // What a parser takes and TLS does not: keys that are too short, a chain that is cut off.
  if (attempt(() => createSecureContext({ cert: cert.text, key: key.text })) === undefined) {
    return faulty('cert', 'is refused by TLS: its key is too weak, or its chain is damaged');
  }
  const certificate = { cert: cert.text, key: key.text, expiresMs: Date.parse(known.validTo) };
  return { ok: true, certificate };
}

function keyFault(text: string): string {
  return text.includes('ENCRYPTED') ? 'is encrypted with a passphrase' : 'is not a private key';
}

function faulty(which: keyof CertificateFiles, fault: string): CertificateOutcome {
  return { ok: false, which, fault, expected: EXPECTED[which] };
}

/** OpenSSL's words name routines of its own and help nobody: what fails is undefined. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
