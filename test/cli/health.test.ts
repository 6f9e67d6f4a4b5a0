import { join } from 'node:path';
import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { folderWith } from '../config/folder.ts';
import { selfSigned } from '../config/self-signed.ts';
import { stand } from '../http/stand.ts';
import { fakeContext } from './context.ts';

/** Runs `muster health` against a server on fakes. */
async function ask({ tls, reasons = [] }: { tls: boolean; reasons?: string[] }) {
  const pair = selfSigned();
  await using server = stand(tls ? { tls: pair } : {});
  server.operations.reasons = reasons;
  const { host } = new URL(await server.app.listen({ host: '127.0.0.1', port: 0 }));
  const tlsKeys = tls ? ', tls: { cert: cert.pem, key: key.pem }' : '';
  using folder = folderWith({
    'muster.yaml': `checks: [checks/*.yaml]\nhttp: { listen: "${host}"${tlsKeys} }\n`,
    // Somebody is in the middle of it; the server goes on with the last good one.
    'checks/a.yaml': 'services: [{ nam',
    'cert.pem': pair.cert,
    'key.pem': pair.key,
  });
  chmodSync(join(folder.path, 'key.pem'), 0o600);
  const { context, printed } = fakeContext(folder.path);
  return { code: await runCli(['health'], context), ...printed };
}

test.for([
  { name: 'ready', tls: false },
  { name: 'ready, over TLS', tls: true },
])('$name: silent', async ({ tls }) => {
  expect(await ask({ tls })).toEqual({ code: 0, out: '', err: '' });
});

test('not ready says why', async () => {
  const { code, err } = await ask({ tls: true, reasons: ['the judge has not made its first turn'] });
  expect(code).toBe(1);
  expect(err).toMatch(/^muster: not ready: .*the judge has not made its first turn/);
});

test.for([
  {
    name: 'no answer',
    text: 'http: { listen: "127.0.0.1:1" }\n',
    err: /^muster: no answer at 127\.0\.0\.1:1: /,
  },
  { name: 'a configuration that is not valid', text: 'htpp: 1\n', err: /unknown key "htpp"/ },
])('$name', async ({ text, err }) => {
  using folder = folderWith({ 'muster.yaml': `checks: []\n${text}` });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['health'], context)).toBe(1);
  expect(printed.err).toMatch(err);
});
