import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND_LINE_BYTES_MAX } from '../../src/limits.ts';
import { readCommand } from '../../src/wire/nagios-command.ts';

const result = (host: string, service: string, code: number, output: string, timeS?: number) => ({
  ok: true,
  command: { kind: 'result', timeS, host, service, code, output },
});
const refused = (fault: string, about = '') => ({ ok: false, fault, about });

test.for([
  {
    name: 'a service',
    line: '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web1;cron;2;CRIT: it failed|took=3s',
    read: result('web1', 'cron', 2, 'CRIT: it failed|took=3s', 1_700_000_000),
  },
  {
    name: 'a host',
    line: '[1700000000] PROCESS_HOST_CHECK_RESULT;web1;1;DOWN; really',
    read: result('web1', '', 1, 'DOWN; really', 1_700_000_000),
  },
  {
    name: 'an output with semicolons',
    line: '[1] PROCESS_SERVICE_CHECK_RESULT;h;s;0;a;b;;c',
    read: result('h', 's', 0, 'a;b;;c', 1),
  },
  {
    name: 'an output of several lines, and backslashes',
    line: String.raw`[1] PROCESS_SERVICE_CHECK_RESULT;h;s;0;l1\nl2|p=1\nC:\\n`,
    read: result('h', 's', 0, 'l1\nl2|p=1\nC:\\n', 1),
  },
  {
    name: 'any case, no time, no output',
    line: 'process_Service_check_result;h;s;3',
    read: result('h', 's', 3, ''),
  },
  {
    name: 'a state that is none is as it came',
    line: 'PROCESS_SERVICE_CHECK_RESULT;h;s;255;x',
    read: result('h', 's', 255, 'x'),
  },
  { name: 'a negative one', line: 'PROCESS_SERVICE_CHECK_RESULT;h;s;-1;x', read: result('h', 's', -1, 'x') },
  {
    name: 'check now',
    line: '[1] SCHEDULE_FORCED_SVC_CHECK;h;s;1700000000\r',
    read: { ok: true, command: { kind: 'check-now', host: 'h', service: 's' } },
  },
  {
    name: 'check a host now',
    line: '[1] SCHEDULE_FORCED_HOST_CHECK;h;1700000000',
    read: { ok: true, command: { kind: 'check-now', host: 'h', service: '' } },
  },
  {
    name: 'no host',
    line: 'PROCESS_HOST_CHECK_RESULT;;1;x',
    read: refused('bad-command', 'PROCESS_HOST_CHECK_RESULT'),
  },
  {
    name: 'no service',
    line: 'PROCESS_SERVICE_CHECK_RESULT;h;;1;x',
    read: refused('bad-command', 'PROCESS_SERVICE_CHECK_RESULT'),
  },
  {
    name: 'no number',
    line: 'PROCESS_HOST_CHECK_RESULT;h;DOWN;x',
    read: refused('bad-code', 'PROCESS_HOST_CHECK_RESULT'),
  },
  {
    name: 'no arguments',
    line: '[1] SCHEDULE_FORCED_SVC_CHECK',
    read: refused('bad-command', 'SCHEDULE_FORCED_SVC_CHECK'),
  },
  {
    name: "Nagios' own, not ours",
    line: '[1] DISABLE_SVC_CHECK;h;s',
    read: refused('unsupported-command', 'DISABLE_SVC_CHECK'),
  },
  {
    name: 'half a downtime',
    line: '[1] SCHEDULE_SVC_DOWNTIME;h;s;1;2',
    read: refused('bad-command', 'SCHEDULE_SVC_DOWNTIME'),
  },
  {
    name: 'a downtime that another one starts',
    line: '[1] SCHEDULE_SVC_DOWNTIME;h;s;1;2;1;7;3600;ann;x',
    read: refused('triggered-downtime', 'SCHEDULE_SVC_DOWNTIME'),
  },
  { name: 'nobody knows it', line: '[1] MAKE_COFFEE;h', read: refused('unknown-command', 'MAKE_COFFEE') },
  { name: 'no command', line: 'GET / HTTP/1.1', read: refused('bad-command') },
  { name: 'an unended time', line: '[17 PROCESS_HOST_CHECK_RESULT;h;0;x', read: refused('bad-command') },
  { name: 'too long', line: `X;${'y'.repeat(COMMAND_LINE_BYTES_MAX)}`, read: refused('line-too-long') },
])('$name', ({ line, read }) => {
  expect(readCommand(line)).toEqual(read);
});

test('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void readCommand(line)));
});
