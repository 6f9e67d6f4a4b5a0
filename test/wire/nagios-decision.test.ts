import { expect, test } from 'vitest';
import { outcomeOf, questionOf } from '../../src/model/decided.ts';
import { readDecision } from '../../src/wire/nagios-decision.ts';
import { compilePattern } from '../../src/model/pattern.ts';

const NOW_MS = 1_700_000_000_000;
const AT = { nowMs: NOW_MS, author: null };
const ACK = {
  what: 'acknowledge',
  host: 'h',
  service: 's',
  sticky: true,
  notify: false,
  untilS: null,
  author: 'ann',
  comment: 'on; it',
};
const DOWNTIME = {
  what: 'downtime',
  of: 'host',
  host: 'h',
  service: '',
  fromS: 1_700_000_000,
  toS: 1_700_003_600,
  durationS: null,
  author: 'ann',
  comment: 'disks',
};

test.for([
  { line: 'ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;1;ann;on; it', decision: ACK },
  {
    line: 'ACKNOWLEDGE_HOST_PROBLEM;h;1;1;0;ann;on; it',
    decision: { ...ACK, service: '', sticky: false, notify: true },
  },
  {
    line: 'ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;1;1700000900;ann;on; it',
    decision: { ...ACK, untilS: 1_700_000_900 },
  },
  {
    line: 'ACKNOWLEDGE_HOST_PROBLEM_EXPIRE;h;2;0;1;1700000900;ann;on; it',
    decision: { ...ACK, service: '', untilS: 1_700_000_900 },
  },
  { line: 'REMOVE_SVC_ACKNOWLEDGEMENT;h;s', decision: { what: 'unacknowledge', host: 'h', service: 's' } },
  { line: 'REMOVE_HOST_ACKNOWLEDGEMENT;h', decision: { what: 'unacknowledge', host: 'h', service: '' } },
  { line: 'SCHEDULE_HOST_DOWNTIME;h;1700000000;1700003600;1;0;3600;ann;disks', decision: DOWNTIME },
  {
    line: 'SCHEDULE_HOST_SVC_DOWNTIME;h;1700000000;1700003600;1;0;3600;ann;disks',
    decision: { ...DOWNTIME, of: 'services-of-host' },
  },
  {
    line: 'SCHEDULE_SVC_DOWNTIME;h;s;1700000000;1700003600;0;0;600;ann;disks',
    decision: { ...DOWNTIME, of: 'service', service: 's', durationS: 600 },
  },
  { line: 'DEL_SVC_DOWNTIME;12', decision: { what: 'end-downtime', id: 12 } },
  {
    line: 'DEL_DOWNTIME_BY_HOST_NAME;h',
    decision: { what: 'end-downtimes', host: 'h', service: null, fromS: null, comment: null },
  },
  {
    line: 'DEL_DOWNTIME_BY_HOST_NAME;h;s;17;disks',
    decision: { what: 'end-downtimes', host: 'h', service: 's', fromS: 17, comment: 'disks' },
  },
])('$line', ({ line, decision }) => {
  const [name = '', ...rest] = line.split(';');
  expect(readDecision(name, rest.join(';'))).toEqual({ ok: true, decision });
});

test.for([
  { line: 'ACKNOWLEDGE_SVC_PROBLEM;h;;2;0;1;ann;x', fault: 'bad-command' },
  { line: 'ACKNOWLEDGE_SVC_PROBLEM;h;s;2', fault: 'bad-command' },
  { line: 'ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;1;soon;ann;x', fault: 'bad-command' },
  { line: 'SCHEDULE_HOST_DOWNTIME;h;now;1700003600;1;0;3600;ann;x', fault: 'bad-command' },
  { line: 'SCHEDULE_HOST_DOWNTIME;h;1;2;0;0;;ann;x', fault: 'bad-command' },
  { line: 'SCHEDULE_HOST_DOWNTIME;h;1;2;1;77;3600;ann;x', fault: 'triggered-downtime' },
  { line: 'DEL_SVC_DOWNTIME;twelve', fault: 'bad-command' },
  { line: 'REMOVE_HOST_ACKNOWLEDGEMENT', fault: 'bad-command' },
])('is refused: $line', ({ line, fault }) => {
  const [name = '', ...rest] = line.split(';');
  expect(readDecision(name, rest.join(';'))).toEqual({ ok: false, fault });
});

function questionOfLine(line: string, author: string | null = null) {
  const [name = '', ...rest] = line.split(';');
  const read = readDecision(name, rest.join(';'));
  return read?.ok === true ? questionOf(read.decision, { ...AT, author }) : undefined;
}

test('names are names, and no patterns; whoever signed in is the author', () => {
  expect(questionOfLine('ACKNOWLEDGE_SVC_PROBLEM;w.1;disk[/];2;0;1;ann;x', 'bob')).toMatchObject({
    kind: 'acknowledge',
    covers: { host: 'w\\.1', service: 'disk\\[/\\]' },
    author: 'bob',
  });
});

test('all services of a host are all but its own', () => {
  const question = questionOfLine('SCHEDULE_HOST_SVC_DOWNTIME;h;1700000000;1700003600;1;0;0;ann;x');
  const compiled = compilePattern(question?.kind === 'quieten' ? (question.covers.service ?? '') : '');
  if (!compiled.ok) throw new Error(compiled.fault);
  const names = ['load', 'h', 'ho', 'hos', 'hosts', 'hot', 'ghost', 'host[a]', 'HOST', 'hxst'];
  expect(names.filter((name) => !compiled.pattern.matches(name))).toEqual([]);
  expect(compiled.pattern.matches('host')).toBe(false);
});

test.for([
  { name: 'it ends before it begins', line: 'SCHEDULE_HOST_DOWNTIME;h;1700003600;1700000000;1;0;0;ann;x' },
  { name: 'it is over', line: 'SCHEDULE_HOST_DOWNTIME;h;1600000000;1600003600;1;0;0;ann;x' },
  { name: 'it lasts no time', line: 'SCHEDULE_HOST_DOWNTIME;h;1700000000;1700003600;0;0;0;ann;x' },
  { name: 'it is for ever', line: 'SCHEDULE_HOST_DOWNTIME;h;1700000000;9900003600;1;0;0;ann;x' },
  { name: 'it expired', line: 'ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;1;1600000000;ann;x' },
])('times that make no sense: $name', ({ line }) => {
  expect(questionOfLine(line)).toBeNull();
});

test('what became of it', () => {
  const ack = questionOfLine('ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;1;ann;x');
  const plan = questionOfLine('SCHEDULE_HOST_DOWNTIME;h;1700000000;1700003600;1;0;0;ann;x');
  if (!ack || !plan) throw new Error('they are questions');
  expect(outcomeOf(ack, { ok: true, value: [] })).toBeNull();
  expect(outcomeOf(ack, { ok: false, full: false, fault: '' })).toBe('not-a-problem');
  expect(outcomeOf(plan, { ok: false, full: true, fault: '' })).toBe('quiets-full');
  expect(outcomeOf(plan, { ok: false, full: false, fault: '' })).toBe('bad-downtime');
  expect(outcomeOf({ kind: 'end-quiet', id: 'd1', by: '' }, null)).toBe('no-downtime');
  const back = questionOfLine('REMOVE_SVC_ACKNOWLEDGEMENT;h;s');
  expect(back && outcomeOf(back, [])).toBe('not-acknowledged');
});
