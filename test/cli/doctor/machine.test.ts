import { join } from 'node:path';
import { expect, test } from 'vitest';
import { obstacles } from '../../../src/cli/doctor/machine.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from '../../config/folder.ts';

const TEXT = 'groups: []\nself_monitor: off\nstore: { type: memory }\nhttp: { listen: "127.0.0.1:0" }\n';

test.for([
  { name: 'a kernel with room', rmem: '26214400\n', text: TEXT, found: [] },
  { name: 'no kernel that says so', rmem: undefined, text: TEXT, found: [] },
  { name: 'small buffers', rmem: '212992\n', text: TEXT, found: ['the kernel gives a socket 208 KiB'] },
  {
    name: 'a data_dir that is a file',
    rmem: undefined,
    text: `${TEXT}data_dir: file\n`,
    found: ['file is no directory'],
  },
  {
    name: 'an address that is not of this machine',
    rmem: undefined,
    text: TEXT.replace('groups: []', 'groups: [{ name: web, listen: ["192.0.2.1:8650"] }]'),
    found: ['udp 192.0.2.1:8650 (group web): this machine has no such address'],
  },
])('$name', async ({ rmem, text, found }) => {
  const files = { 'muster.yaml': text, file: '', ...(rmem !== undefined && { rmem }) };
  using folder = folderWith(files);
  const loaded = loadConfig({ env: {}, cwd: folder.path, settingsOnly: true });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const told = await obstacles(loaded.config, join(folder.path, 'rmem'));
  expect(told.length).toBe(found.length);
  for (const [i, part] of found.entries()) expect(told[i]?.what).toContain(part);
});
