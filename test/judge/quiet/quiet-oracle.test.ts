import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers } from '../../alert/quiet/rules.ts';
import { noHost, watchHost, watchService } from '../../../src/judge/watch.ts';
import { QuietBook } from '../../../src/judge/quiet/quiet-book.ts';
import { compiled, definition } from '../../check/definition.ts';
import type { CoverageRule, Quiet } from '../../../src/model/quiet.ts';
import type { Turn } from '../../../src/judge/turn.ts';
import type { HostWatch, ServiceWatch } from '../../../src/judge/watch.ts';
import type { Problem } from '../../../src/model/service-state.ts';

const HOSTS = ['a', 'b', 'ab'];
const SERVICES = ['host', 'load', 'disk'];
const names = fc.constantFrom('a', 'b', 'ab', 'a|b', 'a.*', '.*', '', 'c');
const part = fc.option(names, { nil: null });
const FACTS = [{ fact: 'role', pattern: 'db' }];
const key = fc.record({
  cluster: fc.constantFrom('a', 'b'),
  host: fc.constantFrom(...HOSTS, ''),
  service: fc.constantFrom(...SERVICES),
});

const rule: fc.Arbitrary<CoverageRule> = fc.record({
  cluster: part,
  host: part,
  service: fc.option(fc.constantFrom('host', 'load', 'load|host', '.*', 'd.*'), { nil: null }),
  severity: fc.option(fc.constantFrom('warning', 'critical|down', '.*'), { nil: null }),
  facts: fc.constantFrom([], FACTS),
  services: fc.option(fc.array(key, { minLength: 1, maxLength: 3 }), { nil: null }),
});

/** All that may be asked: without an index, a cache or a clock of its own. */
function naive(quiets: readonly Quiet[], watch: ServiceWatch, nowMs: number): string | null {
  const whole = (text: string | null, name: string) =>
    text === null || new RegExp(`^(?:${text})$`, 'u').test(name);
  const found = quiets.filter(({ covers: one, time }) => {
    if (nowMs < time.fromMs || nowMs >= (time.toMs ?? Infinity)) return false;
    const isDowntime = time.kind !== 'silence';
    const isWhole = isDowntime && one.service?.split('|').includes('host') === true;
    const listed = one.services?.some(
      (other) =>
        other.cluster === watch.cluster &&
        other.host === watch.host &&
        (other.service === watch.service || (isDowntime && other.service === 'host')),
    );
    const severity = watch.status.kind === 'ok' ? 'ok' : watch.status.problem.toLowerCase();
    return (
      whole(one.cluster, watch.cluster) &&
      whole(one.host, watch.host) &&
      (isWhole || whole(one.service, watch.service)) &&
      whole(one.severity, severity) &&
      one.facts.every(({ fact, pattern }) => whole(pattern, watch.on.entry.facts.get(fact) ?? '\n')) &&
      listed !== false
    );
  });
  if (found.some(({ time }) => time.kind !== 'silence')) return 'in-downtime';
  return found.length > 0 ? 'silenced' : null;
}

const [LOAD] = compiled(definition());

function fleet(problem: Problem) {
  const hosts = new Map<string, HostWatch>();
  const together = new Map<string, HostWatch>();
  const watches: ServiceWatch[] = [];
  for (const cluster of ['a', 'b']) {
    together.set(cluster, noHost(cluster));
    for (const name of HOSTS) {
      const facts = new Map(name === 'b' ? [['role', 'db']] : []);
      const entry = { ...noHost(cluster).entry, name, facts };
      hosts.set(`${cluster}\0${name}`, watchHost(entry, undefined));
    }
  }
  for (const on of [...hosts.values(), ...together.values()]) {
    for (const service of SERVICES) {
      if (!LOAD) throw new Error('it compiles');
      const source = { service, compiled: LOAD, series: null, source: null, arrivalMs: 0, nowMs: 0 };
      const watch = watchService(on, source, undefined);
      watch.status = { kind: 'hard', problem, attempt: 1, sinceMs: 0 };
      on.services.set(service, watch);
      watches.push(watch);
    }
  }
  const service = (of: { cluster: string; host: string; service: string }) =>
    (of.host === '' ? together.get(of.cluster) : hosts.get(`${of.cluster}\0${of.host}`))?.services.get(
      of.service,
    );
  return { watched: { hosts, together, service }, watches };
}

test('what is quiet is what an oracle without an index says', () => {
  const quiet = fc.record({
    covers: rule,
    kind: fc.constantFrom('fixed' as const, 'silence' as const),
    fromMs: fc.nat(20),
    lasts: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(
      fc.array(quiet, { maxLength: 6 }),
      fc.constantFrom<Problem>('WARNING', 'CRITICAL'),
      (some, problem) => {
        const quiets = some.map(({ covers: said, kind, fromMs, lasts }, i): Quiet => {
          const who = { comment: '', author: '', createdMs: 0, endedMs: null, endedBy: '', begun: [] };
          return {
            id: `d${i + 1}`,
            covers: covers(said),
            time: { kind, fromMs, toMs: fromMs + lasts },
            ...who,
          };
        });
        const { watched, watches } = fleet(problem);
        const book = new QuietBook({ quiets, acknowledgements: [] }, watched);
        for (const nowMs of [0, 5, 10, 20, 39]) {
          for (const watch of watches) {
            expect(book.holdOf(watch, nowMs)).toBe(naive(quiets, watch, nowMs));
            const flags = book.flagsOf(watch, nowMs);
            expect(flags.in_downtime).toBe(naive(quiets, watch, nowMs) === 'in-downtime');
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the same while they come and go', () => {
  const ops = fc.array(fc.oneof(fc.record({ add: rule }), fc.record({ end: fc.nat(60) })), { maxLength: 60 });
  fc.assert(
    fc.property(ops, (some) => {
      const { watched, watches } = fleet('CRITICAL');
      const book = new QuietBook({ quiets: [], acknowledgements: [] }, watched);
      const turn = { nowMs: 0, alerting: { quiets: new Map() } } as unknown as Turn;
      const there = new Map<string, Quiet>();
      for (const [i, op] of some.entries()) {
        if ('end' in op) {
          const id = [...there.keys()][op.end % Math.max(1, there.size)] ?? 'd0';
          expect(book.end(id, 'ann', turn) !== undefined).toBe(there.delete(id));
        } else {
          const time = { kind: 'fixed', fromMs: 0, toMs: 10 } as const;
          const made = book.quieten({ covers: op.add, time, comment: '', author: '' }, turn);
          if (made.ok) there.set(made.value.id, made.value.saved);
        }
        if (i % 7 > 1) continue;
        const expected = watches.map((watch) => naive([...there.values()], watch, 5));
        expect(watches.map((watch) => book.holdOf(watch, 5))).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
