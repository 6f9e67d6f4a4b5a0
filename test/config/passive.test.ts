import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

function load(nsca: string, files: Readonly<Record<string, string>> = { 'nsca.pw': 'secret\n' }) {
  using folder = folderWith({
    ...files,
    'checks/a.yaml': 'services: []\n',
    'muster.yaml': `passive: { nsca: ${nsca} }\n`,
  });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (loaded.ok) {
    const { nsca: read } = loaded.config.passive;
    return { nsca: read, folder: folder.path, errors: [], warnings: loaded.warnings };
  }
  const errors = loaded.errors.map((e) => formatConfigError(e).replace(folder.path, 'DIR'));
  return { nsca: null, folder: folder.path, errors, warnings: loaded.warnings };
}

describe('NSCA', () => {
  test('nothing is open unless it is asked for', () => {
    using folder = folderWith({ 'checks/a.yaml': 'services: []\n', 'muster.yaml': '{}\n' });
    const loaded = loadConfig({ env: {}, cwd: folder.path });
    expect(loaded.ok && loaded.config.passive).toEqual({ nsca: null, commandFile: null });
  });

  test('what nothing is said of', () => {
    expect(load('{ method: 1 }').nsca).toEqual({
      listen: [{ address: '127.0.0.1', port: 5667 }],
      method: 1,
      passwordFile: null,
      allow: [],
      maxPacketAgeMs: 30_000,
    });
  });

  test('all of it', () => {
    const { nsca, folder } = load(
      '{ listen: [0.0.0.0:5667, "[::]:5667"], method: 14, password_file: nsca.pw, allow: [10.0.0.0/8], ' +
        'max_packet_age: 5m }',
    );
    expect(nsca).toEqual({
      listen: [
        { address: '0.0.0.0', port: 5667 },
        { address: '::', port: 5667 },
      ],
      method: 14,
      passwordFile: join(folder, 'nsca.pw'),
      allow: ['10.0.0.0/8'],
      maxPacketAgeMs: 300_000,
    });
  });

  test.for([
    { name: 'a method nobody can check', nsca: '{ method: 16 }', error: /method 16 is not supported.*14/ },
    { name: 'a cipher without a password', nsca: '{ method: 3 }', error: /method 3 needs a password_file/ },
    {
      name: 'a password file that is not there',
      nsca: '{ method: 3, password_file: gone }',
      error: /"DIR\/gone".*expected a file with the password/,
    },
    {
      name: 'XOR for everybody',
      nsca: '{ listen: 0.0.0.0:5667, method: 1, password_file: nsca.pw }',
      error: /:1:\d+: anybody who reaches this port.*allow:/,
    },
    {
      name: 'a port that the page has',
      nsca: '{ listen: 127.0.0.1:8600 }',
      error: /"127.0.0.1:8600" is taken: "127.0.0.1:8600" is http.listen/,
    },
    { name: 'an age of nothing', nsca: '{ max_packet_age: 0s }', error: /0s/ },
    { name: 'a key that is none', nsca: '{ pasword_file: x }', error: /did you mean "password_file"/ },
  ])('refused: $name', ({ nsca, error }) => {
    expect(load(nsca).errors).toEqual([expect.stringMatching(error)]);
  });

  test.for([
    { name: 'XOR from listed addresses', nsca: '{ listen: 0.0.0.0:5667, allow: [10.0.0.0/8] }' },
    { name: 'a cipher for everybody', nsca: '{ listen: 0.0.0.0:5667, method: 2, password_file: nsca.pw }' },
  ])('taken: $name', ({ nsca }) => {
    expect(load(nsca).errors).toEqual([]);
  });
});

describe('the command file', () => {
  function faultsOf(path: string, files: Readonly<Record<string, string>> = {}) {
    const settings = `passive: { command_file: ${path} }\n`;
    using folder = folderWith({ ...files, 'checks/a.yaml': 'services: []\n', 'muster.yaml': settings });
    const loaded = loadConfig({ env: {}, cwd: folder.path });
    return loaded.ok ? [] : loaded.errors.map((one) => formatConfigError(one).replace(folder.path, 'DIR'));
  }

  test.for([
    {
      name: 'an ordinary file',
      path: 'kept.txt',
      error: 'muster.yaml:1:26: "DIR/kept.txt" is another file and no named pipe (expected a path where',
    },
    { name: 'a directory', path: 'checks', error: '"DIR/checks" is a directory and no named pipe' },
    {
      name: 'a folder that is not there',
      path: 'gone/muster.cmd',
      error: 'muster.yaml:1:26: the directory of "DIR/gone/muster.cmd" does not exist (expected',
    },
    {
      name: 'a file as a folder',
      path: 'kept.txt/muster.cmd',
      error: '"DIR/kept.txt/muster.cmd" is not a directory',
    },
  ])('refused: $name', ({ path, error }) => {
    expect(faultsOf(path, { 'kept.txt': 'x' })).toEqual([expect.stringContaining(error)]);
  });

  test.for([{ path: 'muster.cmd' }, { path: 'data/muster.cmd' }])('taken: $path', ({ path }) => {
    expect(faultsOf(path)).toEqual([]);
  });

  test('taken: a pipe that is there', () => {
    using folder = folderWith({ 'checks/a.yaml': 'services: []\n' });
    const pipe = join(folder.path, 'muster.cmd');
    execFileSync('mkfifo', [pipe]);
    expect(faultsOf(pipe)).toEqual([]);
  });
});
