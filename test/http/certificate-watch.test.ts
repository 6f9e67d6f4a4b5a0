import { expect, test } from 'vitest';
import { CertificateWatch } from '../../src/http/certificate-watch.ts';
import { FakeClock, NOW_MS } from './stand.ts';
import type { CertificateReading, WatchedCertificate } from '../../src/http/certificate-watch.ts';

const DAY_MS = 86_400_000;

function pair(name: string, days = 90): WatchedCertificate {
  return { cert: `cert ${name}`, key: `key ${name}`, expiresMs: NOW_MS + days * DAY_MS };
}

/** A watch over files that are what the test says they are. */
function watched(first = pair('one')) {
  const clock = new FakeClock();
  const said: string[] = [];
  const used: string[] = [];
  const files: { reading: CertificateReading } = { reading: { ok: true, certificate: first } };
  const say = (level: string) => (message: string) => void said.push(`${level} ${message}`);
  const watch = new CertificateWatch({
    first,
    read: () => files.reading,
    use: ({ cert }) => used.push(cert),
    clock,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
  });
  return { clock, said, used, files, watch };
}

test('the same files are left alone', () => {
  const { clock, said, used, watch } = watched();
  clock.pass(3);
  expect({ said, used, notes: watch.notes() }).toEqual({ said: [], used: [], notes: [] });
});

test('a renewed pair is taken into use by the clock, once', () => {
  const { clock, said, used, files } = watched();
  files.reading = { ok: true, certificate: pair('two', 100) };
  clock.pass(3);
  expect(used).toEqual(['cert two']);
  expect(said).toEqual(['info a new certificate is in use; it is valid until 2024-02-22']);
});

test('a new key alone counts as new', () => {
  const { used, files, watch } = watched();
  files.reading = { ok: true, certificate: { ...pair('one'), key: 'another' } };
  watch.check();
  expect(used).toEqual(['cert one']);
});

test('a bad pair leaves the old one, is told once and noted, until it is mended', () => {
  const { clock, said, used, files, watch } = watched();
  files.reading = { ok: false, fault: 'k.pem is not the key of this certificate' };
  clock.pass(3);
  expect(used).toEqual([]);
  expect(said).toEqual([
    'error the new certificate is not used, the one before stays: k.pem is not the key of this certificate',
  ]);
  expect(watch.notes()).toEqual([
    'http.tls: k.pem is not the key of this certificate; the certificate before is in use',
  ]);
  files.reading = { ok: true, certificate: pair('two') };
  clock.pass();
  expect(used).toEqual(['cert two']);
  expect(said.slice(1)).toEqual([
    'info the files of http.tls are in order again',
    'info a new certificate is in use; it is valid until 2024-02-12',
  ]);
  expect(watch.notes()).toEqual([]);
});

const CURE = 'renew it; new files are taken into use within a minute';
test.for([
  { name: 'two weeks and more', days: 14.1, note: [] },
  {
    name: 'less than two weeks',
    days: 13.9,
    note: [`the certificate of http.tls expires in 13 days, on 2023-11-28: ${CURE}`],
  },
  {
    name: 'a day',
    days: 1.5,
    note: [`the certificate of http.tls expires in 1 day, on 2023-11-16: ${CURE}`],
  },
  {
    name: 'hours',
    days: 0.2,
    note: [`the certificate of http.tls expires within a day, on 2023-11-15: ${CURE}`],
  },
  { name: 'nothing', days: 0, note: [`the certificate of http.tls expired on 2023-11-14: ${CURE}`] },
])('$name left', ({ days, note }) => {
  const { clock, said, watch } = watched(pair('one', days));
  clock.pass(2);
  expect(watch.notes()).toEqual(note);
  expect(said).toEqual(note.map((words) => `warn ${words}`));
});

test('a renewal ends the note', () => {
  const { files, watch } = watched(pair('one', 2));
  files.reading = { ok: true, certificate: pair('two') };
  watch.check();
  expect(watch.notes()).toEqual([]);
});

test('it ends with its server', () => {
  const { clock, watch } = watched();
  watch[Symbol.dispose]();
  expect(clock.running).toBe(0);
});
