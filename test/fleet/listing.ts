import { ListReading } from '../../src/fleet/list-reading.ts';
import { Roster } from '../../src/fleet/roster.ts';
import { decideGone, decideListed } from '../../src/fleet/take-list.ts';
import { reconcile } from '../../src/fleet/reconcile.ts';
import type { Hold, Reconciled } from '../../src/fleet/reconcile.ts';
import type { Instance, ListChange } from '../../src/fleet/instance.ts';
import type { OtherGroups } from '../../src/fleet/list-reading.ts';
import type { ListItem } from '../../src/contract/instance-list.ts';

export const NOW_MS = 1_700_000_000_000;

export function item(given: Partial<ListItem> = {}): ListItem {
  return {
    group: 'web',
    instanceId: 'i-1',
    host: null,
    state: 'running',
    addresses: [],
    region: '',
    zone: '',
    tags: [],
    ...given,
  };
}

export function instance(given: Partial<Instance> = {}): Instance {
  const instanceId = given.instanceId ?? 'i-1';
  return {
    cluster: 'web',
    instanceId,
    host: `host-${instanceId}`,
    standing: { kind: 'here', says: 'cloud says running' },
    sinceMs: NOW_MS - 1000,
    region: '',
    zone: '',
    tags: [],
    addresses: [],
    registeredMs: 0,
    registeredFrom: '',
    lists: ['cloud'],
    ...given,
  };
}

/** The real roster, in memory. */
export class TestRoster {
  readonly roster: Roster;
  readonly changes: ListChange[] = [];
  isFull = false;

  constructor(instances: Iterable<Instance> = []) {
    this.roster = new Roster(instances);
  }

  instances(): Iterable<Instance> {
    return this.roster.all();
  }

  reconcile(change: ListChange): boolean {
    if (this.isFull) return false;
    this.changes.push(change);
    const { list, listed, gone } = change;
    const around = { nowMs: NOW_MS, heardMs: () => 0 };
    for (const one of gone) {
      const decision = decideGone(this.roster, { list, gone: one }, around);
      if (decision) this.roster.apply(decision.change);
    }
    for (const entry of listed) {
      const decision = decideListed(this.roster, { list, entry }, around);
      if (decision !== undefined && decision !== 'full') this.roster.apply(decision);
    }
    return true;
  }

  /** `web i-1 here`, sorted. */
  get standings(): string[] {
    const words = Array.from(
      this.roster.all(),
      ({ cluster, instanceId, standing }) => `${cluster} ${instanceId} ${standing.kind}`,
    );
    return words.toSorted();
  }
}

export interface Reading {
  readonly list?: string;
  readonly shrinkMax?: number;
  readonly groups?: readonly string[];
  readonly unclear?: readonly string[];
}

/** One list, read again and again as it says `items`, and taken by the roster. */
export class TestList {
  readonly #roster: TestRoster;
  readonly #list: string;
  prints: ReadonlyMap<string, number> = new Map();
  hold: Hold | undefined;
  passedOver = '';
  others: OtherGroups = { instances: 0, groups: [] };

  constructor(roster: TestRoster, list = 'cloud') {
    this.#roster = roster;
    this.#list = list;
  }

  read(items: readonly ListItem[], { shrinkMax = 0.3, groups = ['web', 'db'], unclear = [] }: Reading = {}) {
    const rules = { list: this.#list, shrinkMax, speaksFor: (group: string) => groups.includes(group) };
    const reading = new ListReading(rules);
    for (const one of items) reading.take(one);
    for (const name of unclear) reading.refuse('no-group', name, [name]);
    const { prints, hold: held } = this;
    const known = this.#roster.instances();
    const done: Reconciled = reconcile(reading, rules, { known, prints, held }, NOW_MS);
    this.#roster.reconcile(done.change);
    this.prints = done.prints;
    this.hold = done.hold;
    this.passedOver = reading.passedOver;
    this.others = reading.others;
    return done.change;
  }
}
