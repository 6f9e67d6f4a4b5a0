import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { selfSigned } from '../config/self-signed.ts';
import { configure, freeTcpPort, Program, ROOT, run, scratch, until } from './server.ts';

const MUSTER = join(ROOT, 'script/muster');

/** The certificate a new connection to the port is given. */
async function certificateAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const text = socket.getPeerX509Certificate()?.toString() ?? '';
  socket.destroy();
  return text;
}

test('a server with TLS and users: healthy, renewed on SIGHUP, and none the worse for a bad renewal', async () => {
  using folder = scratch();
  const port = await freeTcpPort();
  const [first, second] = [selfSigned(), selfSigned()];
  const write = (name: string, text: string) => writeFileSync(join(folder.dir, name), text, { mode: 0o600 });
  write('cert.pem', first.cert);
  write('key.pem', first.key);
  const file = configure(
    folder.dir,
    `http: { listen: "127.0.0.1:${port}", tls: { cert: cert.pem, key: key.pem } }\n` +
      'auth: { mode: users }\nstore: { type: memory }\nchecks: []\n',
  );
  const healthy = () => run(MUSTER, ['health', '--config', file]);
  expect((await healthy()).code).toBe(1);
  await using server = new Program(MUSTER, ['serve', '--config', file]);
  await until('healthy', async () => ((await healthy()).code === 0 ? true : undefined));
  expect(await certificateAt(port)).toBe(first.cert);

  write('cert.pem', second.cert);
  server.child.kill('SIGHUP');
  await until('refused', async () => (server.out.includes('reload refused') ? true : undefined));
  expect(server.out).toContain('is not the key of this certificate');
  expect(await certificateAt(port)).toBe(first.cert);

  write('key.pem', second.key);
  server.child.kill('SIGHUP');
  await until('renewed', async () => ((await certificateAt(port)) === second.cert ? true : undefined));

  const added = await run(MUSTER, ['user', 'add', 'ada', '--role', 'admin', '--config', file]);
  expect(added.out).toMatch(/^[a-z2-9-]{23}\n$/);
  expect((await server.end()).code).toBe(0);
  expect(server.out + server.err).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
  expect(server.out).not.toContain(added.out.trim());
});
