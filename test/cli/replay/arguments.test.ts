import { expect, test } from 'vitest';
import { readReplayArguments } from '../../../src/cli/replay/arguments.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const NOW_S = NOW_MS / 1000;

test.for([
  { name: 'days back', args: ['--from', '-7d'], from: NOW_S - 7 * 86_400, to: NOW_S },
  { name: 'joined', args: ['--from=-90m', '--to=-30m'], from: NOW_S - 5400, to: NOW_S - 1800 },
  {
    name: 'a date',
    args: ['--from', '2026-11-20T08:00Z'],
    from: Date.UTC(2026, 10, 20, 8) / 1000,
    to: NOW_S,
  },
  { name: 'epoch seconds', args: ['--from', String(NOW_S - 10)], from: NOW_S - 10, to: NOW_S },
])('$name', ({ args, from, to }) => {
  const read = readReplayArguments(args, NOW_MS);
  expect(read).toMatchObject({ ok: true, value: { fromS: from, toS: to, checks: [], cluster: '.*' } });
});

test('files to be tried, one after the other', () => {
  const read = readReplayArguments(['--from', '-1h', '--checks', 'a.yaml', 'b.yaml', '--only'], NOW_MS);
  expect(read).toMatchObject({ ok: true, value: { checks: ['a.yaml', 'b.yaml'], only: true } });
});

test.for([
  { name: 'no time', args: [], fault: '"--from" is missing' },
  { name: 'no such time', args: ['--from', 'monday'], fault: '"--from" is no time: "monday"' },
  { name: 'the wrong way around', args: ['--from', '-1h', '--to', '-2h'], fault: 'is not before' },
  { name: 'the future', args: ['--from', '-1h', '--to', '2027-01-01'], fault: 'is not here yet' },
  { name: 'too long', args: ['--from', '-401d'], fault: 'more than 400 days' },
  { name: 'a flag that is nearly one', args: ['--form', '-1h'], fault: 'did you mean "--from"' },
  { name: 'files without their flag', args: ['--from', '-1h', 'a.yaml'], fault: 'behind "--checks"' },
  { name: 'no pattern', args: ['--from', '-1h', '--host', '('], fault: '"--host" is no pattern' },
])('refused: $name', ({ args, fault }) => {
  const read = readReplayArguments(args, NOW_MS);
  expect(read.ok ? '' : read.fault).toContain(fault);
});
