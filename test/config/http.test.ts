import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCertificate } from '../../src/config/certificate.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { shownConfig } from '../../src/config/shown.ts';
import { folderWith } from './folder.ts';
import { newKey, selfSigned } from './self-signed.ts';

const PAIR = selfSigned();
const LOCKED = newKey()
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  .toString();
const FILES = {
  'checks/a.yaml': 'services: []\n',
  'tls/cert.pem': PAIR.cert,
  'tls/key.pem': PAIR.key,
  'tls/other.pem': selfSigned().key,
  'tls/locked.pem': LOCKED,
  'tls/text.pem': 'nothing of the kind\n',
};

function load(text: string) {
  using folder = folderWith({ ...FILES, 'muster.yaml': text });
  chmodSync(join(folder.path, 'tls/key.pem'), 0o600);
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  const local = (message: string) => message.replaceAll(folder.path, 'DIR');
  return {
    config: loaded.ok ? loaded.config : undefined,
    errors: loaded.ok ? [] : loaded.errors.map((error) => local(formatConfigError(error))),
    warnings: loaded.warnings.map(local),
    local,
  };
}

const CERT = '(expected a certificate in PEM form, its chain behind it)';
const KEY = '(expected its private key in PEM form, without a passphrase)';
const ORIGIN = 'expected an origin such as "https://wiki.example.net" or "https://wiki.example.net:8443"';

test.for([
  {
    name: 'a key alone is missing',
    text: 'http:\n  tls: { cert: tls/cert.pem }\n',
    error: 'muster.yaml:2:8: "key" is missing (expected a path)',
  },
  {
    name: 'no such certificate',
    text: 'http: { tls: { cert: no.pem, key: tls/key.pem } }\n',
    error: `muster.yaml:1:22: "DIR/no.pem" does not exist ${CERT}`,
  },
  {
    name: 'no such key',
    text: 'http: { tls: { cert: tls/cert.pem, key: no.pem } }\n',
    error: `muster.yaml:1:41: "DIR/no.pem" does not exist ${KEY}`,
  },
  {
    name: 'text for a certificate',
    text: 'http: { tls: { cert: tls/text.pem, key: tls/key.pem } }\n',
    error: `muster.yaml:1:22: "DIR/tls/text.pem" is not a certificate ${CERT}`,
  },
  {
    name: 'text for a key',
    text: 'http: { tls: { cert: tls/cert.pem, key: tls/text.pem } }\n',
    error: `muster.yaml:1:41: "DIR/tls/text.pem" is not a private key ${KEY}`,
  },
  {
    name: 'files the wrong way around',
    text: 'http: { tls: { cert: tls/key.pem, key: tls/cert.pem } }\n',
    error: `muster.yaml:1:22: "DIR/tls/key.pem" is not a certificate ${CERT}`,
  },
  {
    name: 'a key of another certificate',
    text: 'http: { tls: { cert: tls/cert.pem, key: tls/other.pem } }\n',
    error: `muster.yaml:1:41: "DIR/tls/other.pem" is not the key of this certificate ${KEY}`,
  },
  {
    name: 'a key with a passphrase',
    text: 'http: { tls: { cert: tls/cert.pem, key: tls/locked.pem } }\n',
    error: `muster.yaml:1:41: "DIR/tls/locked.pem" is encrypted with a passphrase ${KEY}`,
  },
  {
    name: 'an origin with a path',
    text: 'http: { allow_framing: ["https://Wiki.example.net/x"] }\n',
    error:
      'muster.yaml:1:25: "https://Wiki.example.net/x" is not an https origin ' +
      `(${ORIGIN}; did you mean "https://wiki.example.net"?)`,
  },
  ...['http://wiki.example.net', '*', "https://a 'self'", 'https://a;script-src *', 'https://a:99999'].map(
    (origin) => ({
      name: `the origin ${origin}`,
      text: `http: { allow_framing: ["${origin}"] }\n`,
      error: `muster.yaml:1:25: "${origin}" is not an https origin (${ORIGIN})`,
    }),
  ),
  {
    name: 'an origin that would begin a header of its own',
    text: 'http: { allow_framing: ["https://a\\r\\nset-cookie: x"] }\n',
    error: `muster.yaml:1:25: "https://a\\r\\nset-cookie: x" is not an https origin (${ORIGIN})`,
  },
  ...[
    { proxy: 'proxy.example.net', fault: 'is no address' },
    { proxy: '10.0.0.0/33', fault: 'has no prefix from 1 to 32' },
    { proxy: '::/0', fault: 'has no prefix from 1 to 128' },
    { proxy: '10.0.0.0/8/8', fault: 'is no address' },
    { proxy: 'fe80::1%eth0', fault: 'is no address' },
  ].map(({ proxy, fault }) => ({
    name: `the proxy ${proxy}`,
    text: `http: { trusted_proxies: ["${proxy}"] }\n`,
    error:
      `muster.yaml:1:27: "${proxy}" ${fault} ` +
      '(expected an address or a network, such as 127.0.0.1 or 10.0.0.0/8)',
  })),
  {
    name: 'more origins than a header should carry',
    text: `http: { allow_framing: [${Array.from({ length: 21 }, (_, i) => `"https://h${i}"`).join(', ')}] }\n`,
    error: 'muster.yaml:1:24: 21 items (expected at most 20)',
  },
])('$name is refused', ({ text, error }) => {
  expect(load(text).errors).toEqual([error]);
});

const TLS = 'tls: { cert: tls/cert.pem, key: tls/key.pem }';
const CLEAR =
  'muster.yaml:1:17: passwords and tokens travel to 0.0.0.0:8600 in the clear: set http.tls, or listen on ' +
  '127.0.0.1 behind a proxy that ends TLS; auth: { mode: users, i_know: true } where the way there is safe';

test.for([
  { name: 'users on loopback', text: 'auth: { mode: users }\n', warnings: [] },
  {
    name: 'users everywhere, without TLS',
    text: 'http: { listen: 0.0.0.0:8600 }\nauth: { mode: users }\n',
    warnings: [CLEAR],
  },
  {
    name: 'users everywhere, over a way known to be safe',
    text: 'http: { listen: 0.0.0.0:8600 }\nauth: { mode: users, i_know: true }\n',
    warnings: [],
  },
  {
    name: 'users everywhere, with TLS',
    text: `http: { listen: 0.0.0.0:8600, ${TLS} }\nauth: { mode: users }\n`,
    warnings: [],
  },
])('$name', ({ text, warnings }) => {
  const loaded = load(text);
  expect(loaded.errors).toEqual([]);
  expect(loaded.config?.auth).toEqual({ mode: 'users' });
  expect(loaded.warnings).toEqual(warnings);
});

test('an open page that is meant', () => {
  const { config } = load('http: { listen: "[::]:80" }\nauth: { mode: none, i_know: true }\n');
  expect(config?.http).toMatchObject({ listen: { address: '::', port: 80 }, publicUrl: 'http://[::]:80' });
});

test('with TLS, links begin with https, and paths start at the file', () => {
  const { config, local } = load(`http: { ${TLS} }\n`);
  expect(config?.http.publicUrl).toBe('https://127.0.0.1:8600');
  expect(local(JSON.stringify(config?.http.tls))).toBe('{"cert":"DIR/tls/cert.pem","key":"DIR/tls/key.pem"}');
});

test('a key that others may read is a warning', () => {
  const { warnings } = load('http: { tls: { cert: tls/cert.pem, key: tls/../tls/key.pem } }\n');
  expect(warnings).toEqual([]);
  using folder = folderWith({ ...FILES, 'muster.yaml': `http: { ${TLS} }\n` });
  chmodSync(join(folder.path, 'tls/key.pem'), 0o640);
  expect(loadConfig({ env: {}, cwd: folder.path }).warnings).toEqual([
    expect.stringMatching(/^muster\.yaml:1:41: ".*key\.pem" may be read by other users: chmod 600 it$/),
  ]);
});

test('origins are kept once, as a header carries them', () => {
  const text =
    'http: { allow_framing: ["https://Wiki.example.net:8443", "https://wiki.example.net:8443"] }\n';
  expect(load(text).config?.http.allowFraming).toEqual(['https://wiki.example.net:8443']);
});

test('proxies are addresses and networks of both families', () => {
  const written = ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'];
  const text = `http: { trusted_proxies: ${JSON.stringify(written)} }\n`;
  expect(load(text).config?.http.trustedProxies).toEqual(written);
});

test('the configuration that is shown has the paths and nothing of what is in them', () => {
  const { config } = load(`http: { ${TLS} }\n`);
  const shown = JSON.stringify(config && shownConfig(config));
  expect(shown).toMatch(/"tls":\{"cert":"[^"]*cert\.pem","key":"[^"]*key\.pem"\}/);
  expect(shown).not.toContain('PRIVATE');
});

test('a certificate tells when it expires', () => {
  const { cert, key } = selfSigned({ until: '2031-05-06T07:08:09Z' });
  using folder = folderWith({ 'cert.pem': cert, 'key.pem': key });
  const outcome = readCertificate({
    cert: join(folder.path, 'cert.pem'),
    key: join(folder.path, 'key.pem'),
  });
  expect(outcome.ok && outcome.certificate.expiresMs).toBe(Date.UTC(2031, 4, 6, 7, 8, 9));
});
