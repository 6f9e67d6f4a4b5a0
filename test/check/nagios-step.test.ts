import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptOf } from '../../src/check/state-machine.ts';
import { stepAsNagios } from '../../src/check/nagios-step.ts';
import type { Effect, Result } from '../../src/check/state-machine.ts';
import type { NagiosRules } from '../../src/check/nagios-step.ts';
import type { Status } from '../../src/model/service-state.ts';

const SERVICE: NagiosRules = { maxAttempts: 3, isHostUp: true, isHardAtOnce: false, isHost: false };
const HOST: NagiosRules = { ...SERVICE, isHost: true };
const WELL: Status = { kind: 'ok', sinceMs: 0 };

const WORDS = {
  o: 'OK',
  w: 'WARNING',
  c: 'CRITICAL',
  u: 'UNKNOWN',
  U: 'UP',
  D: 'DOWN',
  R: 'UNREACHABLE',
} as const satisfies Record<string, Result['state']>;

/** One result each letter; `!` before it: the host is not UP. Answers `CRITICAL;SOFT;1 attempt` for each. */
function live(letters: string, rules: NagiosRules): string[] {
  let status: Status = WELL;
  return [...letters.matchAll(/(!?)([a-zA-Z])/gu)].map(([, down, letter], i) => {
    const state = WORDS[letter as keyof typeof WORDS];
    let effect: Effect;
    [status, effect] = stepAsNagios(status, { state }, { ...rules, isHostUp: down !== '!' }, i);
    const isSoft = status.kind === 'soft' || (status.kind === 'ok' && status.isSoft);
    const shown = status.kind === 'ok' ? (rules.isHost ? 'UP' : 'OK') : status.problem;
    return `${shown};${isSoft ? 'SOFT' : 'HARD'};${attemptOf(status)} ${effect}`;
  });
}

describe('a service', () => {
  test.for([
    {
      name: 'is soft until the last attempt',
      letters: 'ccc',
      last: 'CRITICAL;HARD;3 problem',
    },
    { name: 'counts different problems as attempts', letters: 'wcu', last: 'UNKNOWN;HARD;3 problem' },
    { name: 'recovers softly, and is left hard', letters: 'cco', last: 'OK;HARD;1 soft-recovery' },
    { name: 'recovers hard', letters: 'ccco', last: 'OK;HARD;1 recovery' },
    { name: 'changes its hard problem at once', letters: 'cccw', last: 'WARNING;HARD;3 problem' },
    { name: 'says a hard problem once', letters: 'cccc', last: 'CRITICAL;HARD;3 none' },
    {
      name: 'is hard at attempt 1 while its host is not UP',
      letters: 'o!c',
      last: 'CRITICAL;HARD;1 problem',
    },
    { name: 'stays so while it is', letters: 'o!c!c', last: 'CRITICAL;HARD;1 none' },
    {
      name: 'goes from soft to the last attempt when its host goes',
      letters: 'c!c',
      last: 'CRITICAL;HARD;3 problem',
    },
    { name: 'stays hard at attempt 1 when its host is back', letters: '!cc', last: 'CRITICAL;HARD;1 none' },
    {
      name: 'is soft with another problem when its host is back',
      letters: '!cw',
      last: 'WARNING;SOFT;1 attempt',
    },
    { name: 'becomes hard from there by attempts', letters: '!cwww', last: 'WARNING;HARD;3 problem' },
    {
      name: 'changes its problem beside a host that is down',
      letters: '!c!w',
      last: 'WARNING;HARD;3 problem',
    },
    { name: 'recovers from that hard', letters: '!co', last: 'OK;HARD;1 recovery' },
    { name: 'recovers softly from a soft one after it', letters: '!cwo', last: 'OK;HARD;1 soft-recovery' },
    { name: 'with the last attempt hard', letters: '!cwwo', last: 'OK;HARD;1 recovery' },
    { name: 'recovers beside a host that is down', letters: 'ccc!o', last: 'OK;HARD;1 recovery' },
  ])('$name', ({ letters, last }) => {
    expect(live(letters, SERVICE).at(-1)).toBe(last);
  });

  test('is hard at once with max_check_attempts 1', () => {
    expect(live('cwo', { ...SERVICE, maxAttempts: 1 })).toEqual([
      'CRITICAL;HARD;1 problem',
      'WARNING;HARD;1 problem',
      'OK;HARD;1 recovery',
    ]);
  });
});

describe('a host', () => {
  test.for([
    { name: 'is soft until the last attempt', letters: 'DDD', last: 'DOWN;HARD;3 problem' },
    { name: 'counts UNREACHABLE too', letters: 'DRD', last: 'DOWN;HARD;3 problem' },
    { name: 'is UP softly after a soft problem', letters: 'DU', last: 'UP;SOFT;1 soft-recovery' },
    { name: 'is UP hard with the next result', letters: 'DUU', last: 'UP;HARD;1 none' },
    { name: 'recovers hard', letters: 'DDDU', last: 'UP;HARD;1 recovery' },
  ])('$name', ({ letters, last }) => {
    expect(live(letters, HOST).at(-1)).toBe(last);
  });

  test('with passive results is hard at once, at attempt 1', () => {
    expect(live('DDRU', { ...HOST, isHardAtOnce: true })).toEqual([
      'DOWN;HARD;1 problem',
      'DOWN;HARD;1 none',
      'UNREACHABLE;HARD;1 problem',
      'UP;HARD;1 recovery',
    ]);
  });
});

test('whatever comes: no attempt beyond the last, and a problem that is soft has attempts left', () => {
  const letters = fc.array(fc.constantFrom('o', 'w', 'c', 'u', '!o', '!w', '!c', '!u'), { maxLength: 40 });
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 5 }), (results, maxAttempts) => {
      for (const said of live(results.join(''), { ...SERVICE, maxAttempts })) {
        const [, type, attempt] = /;(\w+);(\d+)/u.exec(said) ?? [];
        expect(Number(attempt)).toBeLessThanOrEqual(maxAttempts);
        if (type === 'SOFT') expect(Number(attempt)).toBeLessThan(maxAttempts);
      }
    }),
  );
});
