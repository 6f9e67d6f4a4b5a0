import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DemoCloud } from '../../src/threads/demo-cloud.ts';
import { RosterBook } from '../../src/threads/roster-book.ts';
import { FLEET, START_S } from '../demo/fleet.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { Role } from '../../src/demo/fleet.ts';

const WHOLE = ['batch new 18', 'demo-web new 29', 'mysql new 12'];

/** A cloud and the roster that its instances register with, both at a clock that is told. */
function stage({ folder = temporaryFolder(), file = join(folder, 'cloud.json') } = {}) {
  let nowS = START_S;
  const faults: string[] = [];
  const log = (_detail: object, message: string) => void faults.push(message);
  const nowMs = () => 1000 * nowS;
  const registry = new RosterBook({
    file: join(folder, 'fleet.db'),
    groups: () => [],
    heardMs: () => 0,
    histories: { rename: () => Promise.reject(new Error('no name changes hands')) },
    tell: () => undefined,
    audit: { note: () => undefined },
    nowMs,
    log: { warn: log, error: log },
  });
  const clusters = new Map<Role, string>([['web', 'demo-web']]);
  const onFault = (fault: string) => void faults.push(fault);
  const cloud = new DemoCloud({ fleet: FLEET, clusters, file, registry, nowMs, onFault });
  return {
    folder,
    registry,
    faults,
    async at(afterS: number): Promise<void> {
      nowS = START_S + afterS;
      await cloud.look();
    },
    standing(cluster: string, host: string): string {
      const standing = registry.instance(cluster, host)?.standing;
      return standing?.kind === 'left' ? standing.reason : (standing?.kind ?? 'unknown');
    },
    listed: () => readFileSync(file, 'utf8'),
    outcomes: () =>
      registry
        .figures()
        .registrations.map(({ cluster, outcome, count }) => `${cluster} ${outcome} ${count}`)
        .toSorted(),
    [Symbol.dispose]: () => registry[Symbol.dispose](),
  };
}

test('who is there has registered, and is in the list, before anybody sends', async () => {
  using demo = stage();
  await demo.at(0);
  expect(demo.outcomes()).toEqual(WHOLE);
  expect(demo.listed().match(/"instance_id"/gu)).toHaveLength(59);
  await demo.at(1);
  expect(demo.outcomes()).toEqual(WHOLE);
  expect(demo.faults).toEqual([]);
});

test('an instance registers as it boots: when it is new, and after it died', async () => {
  using demo = stage();
  await demo.at(0);
  await demo.at(36);
  expect(demo.standing('demo-web', 'web-29')).toBe('unknown');
  await demo.at(37);
  expect(demo.standing('demo-web', 'web-29')).toBe('here');
  expect(demo.listed()).toContain('web-29');
  const before = demo.outcomes();
  // web-17 is dead from second 30 to 210; web-30 comes meanwhile.
  await demo.at(200);
  expect(demo.standing('demo-web', 'web-17')).toBe('here');
  expect(demo.listed()).toContain('web-17');
  expect(before).toContain('demo-web new 30');
  await demo.at(203);
  expect(demo.outcomes()).toContain('demo-web again 1');
});

test('one leaves by its own word; the other is in the list no more', async () => {
  using demo = stage();
  for (const afterS of [0, 49]) await demo.at(afterS);
  expect(demo.standing('demo-web', 'web-12')).toBe('here');
  await demo.at(50);
  expect(demo.standing('demo-web', 'web-12')).toBe('deregistered: scale-in');
  expect(demo.listed()).not.toContain('web-12');
  expect(demo.listed()).toContain('batch-05');
  await demo.at(80);
  expect(demo.standing('batch', 'batch-05')).toBe('here');
  expect(demo.listed()).not.toContain('batch-05');
});

test('a second start registers everybody anew, silently, and tells what the first could not', async () => {
  let folder;
  {
    using first = stage();
    ({ folder } = first);
    await first.at(0);
  }
  using second = stage({ folder });
  await second.at(86_400);
  expect(second.standing('demo-web', 'web-12')).toBe('deregistered: scale-in');
  expect(second.outcomes()).toContain('mysql again 12');
  expect(second.outcomes()).toContain('demo-web new 2');
});

test('a list that cannot be written is a fault, and the next look writes it', async () => {
  using demo = stage({ file: join(temporaryFolder(), 'no', 'such', 'cloud.json') });
  await demo.at(0);
  await demo.at(1);
  expect(demo.faults).toEqual([expect.stringContaining('ENOENT'), expect.stringContaining('ENOENT')]);
});
