import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StartError } from '../../src/ops/start-error.ts';
import { certificateToServe, watchCertificate } from '../../src/threads/certificate.ts';
import { folderWith } from '../config/folder.ts';
import { selfSigned } from '../config/self-signed.ts';
import { FakeClock } from '../http/stand.ts';

function filesIn(folder: string) {
  return { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('without http.tls there is nothing to serve or to watch', () => {
  const options = { first: undefined, use: () => undefined, clock: new FakeClock(), log: silent };
  expect(certificateToServe(null)).toBeUndefined();
  expect(watchCertificate(null, options)).toBeUndefined();
});

test('a start with files that changed since they were checked says what mends it', () => {
  const pair = selfSigned();
  using folder = folderWith({ 'cert.pem': pair.cert, 'key.pem': selfSigned().key });
  expect(() => certificateToServe(filesIn(folder.path))).toThrow(StartError);
  expect(() => certificateToServe(filesIn(folder.path))).toThrow(
    /key\.pem is not the key of this certificate/,
  );
});

test('renewed files are read as they are written, one after the other', () => {
  const [first, second] = [selfSigned(), selfSigned()];
  using folder = folderWith({ 'cert.pem': first.cert, 'key.pem': first.key });
  const files = filesIn(folder.path);
  const used: string[] = [];
  const clock = new FakeClock();
  using watch = watchCertificate(files, {
    first: certificateToServe(files),
    use: ({ cert }) => used.push(cert),
    clock,
    log: silent,
  });
  clock.pass();
  writeFileSync(files.cert, second.cert);
  clock.pass();
  expect(used).toEqual([]);
  expect(watch?.notes()).toEqual([expect.stringContaining('is not the key of this certificate')]);
  writeFileSync(files.key, second.key);
  clock.pass();
  expect(used).toEqual([second.cert]);
  expect(watch?.notes()).toEqual([]);
});
