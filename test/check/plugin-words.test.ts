import { expect, test } from 'vitest';
import { pluginText } from '../../src/check/plugin-words.ts';
import type { PluginEnd } from '../../src/model/check-result.ts';

const RAN = { end: 'exited' as PluginEnd, code: 0, output: '', detail: '' };

test.for([
  { name: 'what it said', ran: { output: 'OK | a=1\nmore' }, text: 'OK | a=1\nmore' },
  { name: 'nothing', ran: {}, text: '' },
  { name: 'errors only', ran: { detail: 'no | route' }, text: '(No output on stdout) stderr: no   route' },
  {
    name: 'an exit status of a shell',
    ran: { code: 127, output: 'oops|a=1\nmore' },
    text: 'the plugin ended with exit status 127, which is none of 0 to 3: oops',
  },
  {
    name: 'a signal',
    ran: { end: 'killed' as const, code: -1, detail: 'SIGSEGV' },
    text: 'the plugin was ended by SIGSEGV',
  },
  {
    name: 'no answer in time',
    ran: { end: 'timeout' as const, code: -1, output: 'connecting\n' },
    text: 'the plugin gave no answer within 10 s and was ended: connecting',
  },
  {
    name: 'a flood',
    ran: { end: 'flooded' as const, code: -1, output: `y\n${'y'.repeat(65_534)}` },
    text: 'the plugin wrote more than 64 KiB and was cut off: y',
  },
  {
    name: 'a flood of errors',
    ran: { end: 'flooded' as const, code: -1, detail: 'no route' },
    text: 'the plugin wrote more than 1 MiB of errors and was cut off: no route',
  },
  {
    name: 'processes left behind',
    ran: { end: 'left-children' as const, output: 'OK - started\n' },
    text: 'the plugin left processes behind, which were ended: OK - started',
  },
  {
    name: 'not found',
    ran: { end: 'not-started' as const, code: -1, detail: '/x/check_y was not found' },
    text: 'the plugin was not run: /x/check_y was not found',
  },
])('$name', ({ ran, text }) => {
  expect(pluginText({ ...RAN, ...ran }, 10_000)).toBe(text);
});
