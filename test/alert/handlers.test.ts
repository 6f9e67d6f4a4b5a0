import { expect, test } from 'vitest';
import { changeOf, compileHandlers, HandlerPace, handlersOf } from '../../src/alert/handlers.ts';
import { fillHandlerText, handlerTextFault } from '../../src/model/handler-run.ts';
import type { HandlerConfig } from '../../src/contract/alerts.ts';
import type { Status } from '../../src/model/service-state.ts';

const OK: Status = { kind: 'ok', sinceMs: 0 };
const SOFT: Status = { kind: 'soft', problem: 'CRITICAL', attempt: 1, sinceMs: 0, triedMs: 0, evidenceMs: 0 };
const HARD: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 0 };
const OTHER: Status = { kind: 'hard', problem: 'WARNING', attempt: 3, sinceMs: 0 };

const RESTART: HandlerConfig = {
  name: 'restart',
  where: 'muster.yaml:1:1',
  match: { service: 'web', severity: 'critical' },
  on: ['hard', 'recovery'],
  command: ['restart', '{{host.address}}'],
  url: null,
  timeoutMs: 30_000,
  limit: { times: 2, withinMs: 60_000 },
};

test.for([
  { name: 'nothing happened', effect: 'none', before: HARD, after: HARD, change: null },
  { name: 'a soft attempt', effect: 'attempt', before: OK, after: SOFT, change: 'soft' },
  { name: 'it becomes hard', effect: 'problem', before: SOFT, after: HARD, change: 'hard' },
  { name: 'another hard problem', effect: 'problem', before: HARD, after: OTHER, change: 'hard' },
  { name: 'the same hard problem once more', effect: 'problem', before: HARD, after: HARD, change: null },
  { name: 'well again', effect: 'recovery', before: HARD, after: OK, change: 'recovery' },
  { name: 'well before it was hard', effect: 'soft-recovery', before: SOFT, after: OK, change: 'recovery' },
] as const)('$name', ({ effect, before, after, change }) => {
  expect(changeOf(effect, before, after)).toBe(change);
});

test('those that want the change of this service', () => {
  const compiled = compileHandlers([RESTART]);
  const handlers = compiled.ok ? compiled.handlers : [];
  const web = { cluster: 'c', host: 'h', service: 'web', severity: 'critical' };
  const names = (change: 'soft' | 'hard', routed = web) =>
    handlersOf(handlers, change, routed).map(({ config }) => config.name);
  expect(names('hard')).toEqual(['restart']);
  expect(names('soft')).toEqual([]);
  expect(names('hard', { ...web, severity: 'warning' })).toEqual([]);
});

test('a pattern that does not compile is a fault that names its handler', () => {
  const compiled = compileHandlers([{ ...RESTART, match: { host: '(' } }]);
  expect(compiled.ok ? [] : compiled.faults).toEqual([expect.stringContaining('handler restart')]);
});

test('so often within its time and no more; not in a downtime', () => {
  const pace = new HandlerPace();
  const at = (nowMs: number, inDowntime = false) => pace.admit(RESTART, inDowntime, nowMs);
  expect([at(0), at(1000, true), at(2000), at(3000), at(59_999)]).toEqual([
    'runs',
    'in-downtime',
    'runs',
    'limited',
    'limited',
  ]);
  expect([at(60_000), at(60_001)]).toEqual(['runs', 'limited']);
  // The clock was set back: what ran in the future does not count.
  expect(at(10)).toBe('runs');
});

test.for([
  { text: 'restart {{ host.address }}', fault: undefined },
  { text: '{{host.facts.role}}', fault: undefined },
  { text: '{{host.adress}}', fault: 'did you mean {{host.address}}?' },
  { text: '{{state', fault: 'without its "}}"' },
])('an argument: $text', ({ text, fault }) => {
  if (fault === undefined) expect(handlerTextFault(text)).toBeUndefined();
  else expect(handlerTextFault(text)).toContain(fault);
});

test('values are filled in once, and are never placeholders or further arguments', () => {
  const words = new Map([['output', '{{state}} ; rm -rf /']]);
  expect(fillHandlerText('say {{output}} {{state}}', words)).toBe('say {{state}} ; rm -rf / ');
});
