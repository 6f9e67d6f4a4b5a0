import type { MusterConfig } from '../contract/config.ts';
import { readCertificate } from './certificate.ts';
import type { CertificateFiles } from './certificate.ts';
import { hasMode } from './files.ts';
import type { MusterSection } from './keys.ts';
import { formatAddress, isLoopback } from './listeners.ts';
import type { Reading } from './reading.ts';

export const DEFAULT_LISTEN = { address: '127.0.0.1', port: 8600 };
/** Its group's users, and all others. */
const READABLE_BY_OTHERS = 0o044;

type HttpSection = MusterSection['values']['http'];

/** Who reaches the page and the API, and how: `http` and `auth` are judged together. */
export function httpOf(root: MusterSection, reading: Reading): MusterConfig['http'] {
  const { http, auth } = root.values;
  const listen = http.values.listen ?? DEFAULT_LISTEN;
  const tls = tlsOf(http, reading);
  if (!isLoopback(listen.address) && !auth.values.i_know) {
    const offset = http.offsets.get('listen') ?? http.offset;
    if (auth.values.mode === 'none') tellOpen(formatAddress(listen), offset, reading);
    else if (http.values.tls === null) tellClear(formatAddress(listen), offset, reading);
  }
  const publicUrl = http.values.public_url ?? `${tls === null ? 'http' : 'https'}://${formatAddress(listen)}`;
  return {
    listen,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    tls,
    allowFraming: [...new Set(http.values.allow_framing.map(({ value }) => value))],
    trustedProxies: [...new Set(http.values.trusted_proxies.map(({ value }) => value))],
  };
}

function tellOpen(address: string, offset: number, reading: Reading): void {
  reading.fault(offset, `${address} lets everybody who reaches it see and change everything`, {
    expected:
      'auth: { mode: users }, a loopback address such as 127.0.0.1, or auth: { mode: none, i_know: true }',
  });
}

function tellClear(address: string, offset: number, reading: Reading): void {
  reading.warn(
    offset,
    `passwords and tokens travel to ${address} in the clear: set http.tls, or listen on 127.0.0.1 behind ` +
      'a proxy that ends TLS; auth: { mode: users, i_know: true } where the way there is safe',
  );
}

function tlsOf(http: HttpSection, reading: Reading): CertificateFiles | null {
  const section = http.values.tls;
  if (section === null) return null;
  const { cert, key } = section.values;
  if (cert === undefined || key === undefined) return null;
  const files = { cert, key };
  const outcome = readCertificate(files);
  const offsetOf = (which: keyof CertificateFiles) => section.offsets.get(which) ?? section.offset;
  if (!outcome.ok) {
    const { which, fault, expected } = outcome;
    reading.fault(offsetOf(which), `${reading.quote(files[which], offsetOf(which))} ${fault}`, { expected });
  } else if (hasMode(key, READABLE_BY_OTHERS)) {
    const shownKey = reading.quote(key, offsetOf('key'));
    reading.warn(offsetOf('key'), `${shownKey} may be read by other users: chmod 600 it`);
  }
  return files;
}
