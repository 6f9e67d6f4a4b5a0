import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptOf, step } from '../../src/check/state-machine.ts';
import { owedTo } from '../../src/alert/decision.ts';
import type { Effect, Result } from '../../src/check/state-machine.ts';
import type { Problem, Status, Told } from '../../src/model/service-state.ts';

interface Scenario {
  id: string;
  title: string;
  host: { max_check_attempts?: number };
  services?: Record<string, { max_check_attempts?: number }>;
  steps?: {
    t: number;
    input: { kind: string; rc?: number };
    expect: { state: string; state_type: string; attempt: number; notifications: { type: string }[] };
  }[];
}
const { scenarios } = JSON.parse(
  readFileSync(new URL('../vectors/nagios/state_scenarios.json', import.meta.url), 'utf8'),
) as { scenarios: Scenario[] };

/**
 * What is replayed against the machine and the decision above it: scenarios of plain results. The others need
 * what the pure machine does not have: A13 applies results older than the last one, which Muster refuses; K06
 * sends commands; B03, B05 and on, C, D, E, G, H and J need reminders, delays, options, acknowledgements,
 * downtimes, flapping, escalations, dependencies or event handlers; F forces plugins; L schedules them; I04
 * to I10 need a host beside its services, which test/judge covers in Muster's own way.
 */
const REPLAYED = ['A01', 'A03', 'A05', 'A07', 'A09', 'A11', 'B01', 'I02'];
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

describe('as nagios 4.5.12 does', () => {
  const chosen = scenarios.filter((scenario) => REPLAYED.includes(scenario.id));
  test('every one named is there', () => expect(chosen.map((one) => one.id)).toEqual(REPLAYED));

  test.for(chosen)('$id $title', ({ host, services, steps }) => {
    const maxAttempts = services?.['s']?.max_check_attempts ?? host.max_check_attempts ?? 1;
    let status: Status = { kind: 'ok', sinceMs: 0 };
    let known: Problem | null = null;
    for (const [index, { t, input, expect: wanted }] of (steps ?? []).entries()) {
      const rc = input.rc ?? 0;
      const isHost = input.kind === 'host_result';
      const state = isHost ? (rc === 0 ? 'UP' : 'DOWN') : (STATES[rc] ?? 'UNKNOWN');
      [status] = step(status, { state, evidenceMs: index }, { maxAttempts, retryIntervalMs: 0 }, t * 1000);
      const before: Told | undefined = known
        ? { receiver: 'ops', level: known, known, key: null, refused: null }
        : undefined;
      const problem = status.kind === 'hard' ? status.problem : null;
      const news = owedTo(before, { stands: status.kind, problem }, { isWanted: true, nowMs: 0 });
      const told = news === null ? [] : [news.toUpperCase()];
      if (news === 'problem') known = problem;
      if (news === 'recovery') known = null;
      const good = isHost ? 'UP' : 'OK';
      expect({
        t,
        state: status.kind === 'ok' ? good : status.problem,
        type: status.kind === 'soft' ? 'SOFT' : 'HARD',
        attempt: attemptOf(status),
        told,
      }).toEqual({
        t,
        state: wanted.state,
        type: wanted.state_type,
        attempt: wanted.attempt,
        told: wanted.notifications.map((one) => one.type),
      });
    }
  });
});

describe('the next attempt needs a newer sample and the retry interval', () => {
  const soft: Status = {
    kind: 'soft',
    problem: 'CRITICAL',
    attempt: 1,
    sinceMs: 1000,
    triedMs: 1000,
    evidenceMs: 900,
  };
  const rules = { maxAttempts: 3, retryIntervalMs: 15_000 };
  test.for<{ name: string; evidenceMs: number; nowMs: number; attempt: number; effect: Effect }>([
    { name: 'same sample, too early', evidenceMs: 900, nowMs: 5_000, attempt: 1, effect: 'none' },
    { name: 'same sample, late', evidenceMs: 900, nowMs: 60_000, attempt: 1, effect: 'none' },
    { name: 'newer sample, too early', evidenceMs: 11_000, nowMs: 15_999, attempt: 1, effect: 'none' },
    { name: 'newer sample, due', evidenceMs: 11_000, nowMs: 16_000, attempt: 2, effect: 'attempt' },
    { name: 'clock set back', evidenceMs: 500, nowMs: 600, attempt: 2, effect: 'attempt' },
  ])('$name', ({ evidenceMs, nowMs, attempt, effect }) => {
    const [status, found] = step(soft, { state: 'CRITICAL', evidenceMs }, rules, nowMs);
    expect([attemptOf(status), found]).toEqual([attempt, effect]);
  });

  test('another problem between attempts shows and does not count', () => {
    const [status, effect] = step(soft, { state: 'WARNING', evidenceMs: 950 }, rules, 2000);
    expect(status).toMatchObject({
      kind: 'soft',
      problem: 'WARNING',
      attempt: 1,
      sinceMs: 2000,
      triedMs: 1000,
    });
    expect(effect).toBe('attempt');
  });

  test('fewer attempts after a reload end the soft state at the next one', () => {
    const late = { ...soft, attempt: 5 };
    const [status] = step(late, { state: 'CRITICAL', evidenceMs: 20_000 }, rules, 20_000);
    expect(status).toEqual({ kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1000 });
  });
});

describe('properties', () => {
  const result = fc.record<Result>({
    state: fc.constantFrom('OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'UP', 'DOWN', 'UNREACHABLE'),
    evidenceMs: fc.integer({ min: 0, max: 50 }),
  });
  const walk = fc.array(fc.tuple(result, fc.integer({ min: -5, max: 20 })), { maxLength: 60 });
  const rules = fc.record({
    maxAttempts: fc.integer({ min: 1, max: 5 }),
    retryIntervalMs: fc.integer({ min: 0, max: 30 }),
  });

  test('effects pair up, attempts stay within bounds, and ok is ok at once', () => {
    fc.assert(
      fc.property(walk, rules, (steps, rule) => {
        let status: Status = { kind: 'ok', sinceMs: 0 };
        let nowMs = 100;
        let open = false;
        for (const [one, passed] of steps) {
          nowMs += passed;
          const [next, effect] = step(status, one, rule, nowMs);
          const good = one.state === 'OK' || one.state === 'UP';
          expect(next.kind === 'ok').toBe(good);
          expect(attemptOf(next)).toBeLessThanOrEqual(rule.maxAttempts);
          if (next.kind === 'soft') expect(next.attempt).toBeLessThan(rule.maxAttempts);
          if (next.kind !== 'ok') expect(next.problem).toBe(one.state);
          if (effect === 'recovery') expect(open).toBe(true);
          if (effect === 'problem') open = true;
          if (good) open = false;
          expect(next.kind === 'hard').toBe(open);
          if (effect === 'none') expect(next).toBe(status);
          status = next;
        }
      }),
    );
  });

  test('a problem that stays is told once, after exactly maxAttempts samples', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 40 }), (rule, samples) => {
        let status: Status = { kind: 'ok', sinceMs: 0 };
        const told: number[] = [];
        for (let i = 1; i <= samples; i += 1) {
          const nowMs = i * (rule.retryIntervalMs + 1);
          const [next, effect] = step(status, { state: 'CRITICAL', evidenceMs: nowMs }, rule, nowMs);
          if (effect === 'problem') told.push(i);
          status = next;
        }
        expect(told).toEqual(samples >= rule.maxAttempts ? [rule.maxAttempts] : []);
      }),
    );
  });
});
