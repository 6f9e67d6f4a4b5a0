import { partsOf } from '../../src/alert/page-parts.ts';
import { NO_MEMORY } from '../../src/judge/store.ts';
import { Catalogue } from '../../src/live/catalogue.ts';
import { createJudge } from '../../src/judge/judge.ts';
import { KIND } from '../../src/model/kind.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import { localLease } from '../../src/alert/lease.ts';
import { SEGMENT_ROWS } from '../../src/live/columns.ts';
import { definition } from '../check/definition.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { Judge, JudgeOptions } from '../../src/judge/judge.ts';
import type { JudgeChanges, JudgeMemory, JudgeStore } from '../../src/judge/store.ts';
import type { JudgeReport } from '../../src/judge/report.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Kind } from '../../src/model/kind.ts';
import type { Page, QueuedPage, SavedHost, SavedService } from '../../src/model/service-state.ts';

/** When the tests' servers start: 1 000 000 s after the epoch. */
export const START_MS = 1_000_000_000;

/**
 * A fleet of one cluster `web` whose live columns the test writes by hand. Times in seconds after START_MS.
 */
export class Fleet {
  readonly catalogue: Catalogue;
  readonly #writer = new LiveWriter((announcement) => this.announce(announcement));
  readonly #rows = new Map<string, number>();
  readonly #hosts = new Map<string, number>();

  /** With the catalogue of another: a worker that begins anew with the same rows. */
  constructor(catalogue = new Catalogue()) {
    this.catalogue = catalogue;
  }

  announce(announcement: Announcement): void {
    this.catalogue.apply({ worker: 0, announcements: [announcement] });
  }

  host(name: string, seenS: number, cluster = 'web'): void {
    let row = this.#hosts.get(`${cluster}/${name}`);
    if (row === undefined) {
      const opened = this.#writer.openHost();
      row = opened.row;
      this.#hosts.set(`${cluster}/${name}`, row);
      const { generation } = opened;
      const from = { address: '192.0.2.1', agent: 'collectd' };
      this.announce({ kind: 'host', hostRow: row, generation, cluster, name, ...from });
    }
    const segment = this.#writer.hostSegment(row);
    segment.lastSeenMs[row % SEGMENT_ROWS] = START_MS + seenS * 1000;
    segment.intervalMs[row % SEGMENT_ROWS] = 10_000;
    segment.gapMs[row % SEGMENT_ROWS] = 10_000;
  }

  /** Its packets come so far apart, as a rule, and as it declares; `host` sets ten seconds again. */
  gap(name: string, gapS: number, intervalS = 10): void {
    const row = this.#hosts.get(`web/${name}`) ?? -1;
    const segment = this.#writer.hostSegment(row);
    segment.gapMs[row % SEGMENT_ROWS] = gapS * 1000;
    segment.intervalMs[row % SEGMENT_ROWS] = intervalS * 1000;
  }

  /** Its worker has given the host's row back; the news of it are under way. */
  rowGivenBack(name: string): void {
    this.#writer.closeHost(this.#hosts.get(`web/${name}`) ?? -1);
  }

  /** Its worker has forgotten the host; heard again, it is another one in the same row. */
  hostGone(name: string, lastSeenS: number): void {
    const hostRow = this.#hosts.get(`web/${name}`) ?? -1;
    this.announce({
      kind: 'host-gone',
      hostRow,
      cluster: 'web',
      name,
      lastSeenMs: START_MS + lastSeenS * 1000,
      reason: 'expired',
    });
    this.#writer.closeHost(hostRow);
    this.#hosts.delete(`web/${name}`);
    for (const key of this.#rows.keys()) if (key.startsWith(`${name}/`)) this.#rows.delete(key);
  }

  recordGone(host: string, metric: string): void {
    const record = this.#rows.get(`${host}/${metric}`) ?? -1;
    const hostRow = this.#hosts.get(`web/${host}`) ?? -1;
    this.announce({ kind: 'record-gone', record, hostRow, cluster: 'web', host, metric, lastSeenMs: 0 });
    this.#rows.delete(`${host}/${metric}`);
  }

  /** One sample of a metric, heard from its host at the same time. */
  sample(host: string, metric: string, value: number, atS: number, kind: Kind = KIND.gauge): void {
    this.host(host, atS);
    const row = this.#rows.get(`${host}/${metric}`) ?? this.announceMetric(host, metric, kind);
    const atMs = START_MS + atS * 1000;
    this.#writer.write(row, 0, 0, value, atMs, atMs);
  }

  /** Announces a metric, or announces it again: the same row, another description. */
  announceMetric(host: string, metric: string, kind: Kind = KIND.gauge, intervalS = 10): number {
    const key = `${host}/${metric}`;
    const row = this.#rows.get(key) ?? this.#writer.openSeries(1).row;
    this.#rows.set(key, row);
    this.announce({
      kind: 'record',
      record: row,
      hostRow: this.#hosts.get(`web/${host}`) ?? 0,
      row,
      generation: 1,
      description: {
        cluster: 'web',
        host,
        metric,
        protocol: 'collectd',
        sources: [{ name: 'value', kind, min: null, max: null }],
        intervalS,
        tmaxS: 0,
        dmaxS: 0,
        slope: 'both',
        units: '',
        title: '',
        group: '',
        description: '',
        provisional: false,
      },
    });
    return row;
  }
}

/** The judge's memory without a disk. `fault` set: commits are refused with it. */
export class MemoryStore implements JudgeStore {
  readonly services = new Map<string, SavedService>();
  readonly hosts = new Map<string, SavedHost>();
  readonly pages = new Map<string, QueuedPage & { outcome: string }>();
  readonly incidents = new Map<string, Incident>();
  readonly marks = new Map<string, string>();
  readonly commits: JudgeChanges[] = [];
  fault: string | null = null;

  load(): JudgeMemory {
    const pending = [...this.pages.values()].filter((one) => one.outcome === 'pending');
    const [services, hosts] = [[...this.services.values()], [...this.hosts.values()]];
    return {
      ...NO_MEMORY,
      services,
      hosts,
      pending,
      incidents: [...this.incidents.values()],
      marks: this.marks,
    };
  }

  commit(changes: JudgeChanges) {
    if (this.fault !== null) return { ok: false, fault: this.fault } as const;
    // The judge takes its lists up again when they are kept.
    const alerting = { ...changes.alerting, incidents: new Map(changes.alerting.incidents) };
    this.commits.push({ ...changes, events: [...changes.events], alerting });
    const key = (one: { host: string; service: string }) => `${one.host}/${one.service}`;
    for (const one of changes.removedServices) this.services.delete(key(one));
    for (const one of changes.services) this.services.set(key(one), one);
    for (const one of changes.removedHosts) this.hosts.delete(one.name);
    for (const one of changes.hosts) this.hosts.set(one.name, one);
    for (const page of changes.pages) {
      const known = this.pages.get(page.key);
      if (known === undefined || ['failed', 'superseded'].includes(known.outcome))
        this.pages.set(page.key, { page, attempts: 0, nextMs: 0, outcome: 'pending' });
    }
    for (const { page, attempts, nextMs, outcome } of changes.settled) {
      this.pages.set(page.key, {
        page,
        attempts,
        nextMs,
        outcome: outcome === 'retry' ? 'pending' : outcome,
      });
    }
    for (const [name, value] of changes.alerting.marks) this.marks.set(name, value);
    for (const [id, row] of changes.alerting.incidents) {
      if (row) this.incidents.set(id, row);
      else this.incidents.delete(id);
    }
    return { ok: true } as const;
  }
}

/** Remembers what it was given; answers at once. */
export class Pager implements Channel {
  /** Service by service: one page of an incident may tell of many. */
  readonly pages: Page[] = [];
  /** As they were sent. */
  readonly sent: Page[] = [];
  outcome: SendOutcome = { ok: true, detail: 'HTTP 200' };
  /** Pages of this kind are refused for good. */
  refuses: Page['kind'] | null = null;

  async send(page: Page): Promise<SendOutcome> {
    if (page.kind === this.refuses)
      return Promise.resolve({ ok: false, retryable: false, detail: 'HTTP 400' });
    if (this.outcome.ok) {
      this.sent.push(page);
      const parts = partsOf(page);
      const key = (part: Page) =>
        parts.length === 1 ? page.key : `${page.key} ${part.host} ${part.service}`;
      this.pages.push(...parts.map((part) => ({ ...part, key: key(part) })));
    }
    return Promise.resolve(this.outcome);
  }

  /** `problem web/w1/load CRITICAL`, and forgotten. */
  take(): string[] {
    return this.pages
      .splice(0)
      .map(({ kind, cluster, host, service, state }) => `${kind} ${cluster}/${host}/${service} ${state}`);
  }
}

export interface Bench {
  readonly fleet: Fleet;
  readonly store: JudgeStore;
  readonly pager: Pager;
  readonly judge: Judge;
  /**
   * Turns of every second from the last one to `untilS`; the reports of those in which something was said.
   */
  run(untilS: number): Promise<JudgeReport[]>;
  /** One turn. */
  at(atS: number): Promise<JudgeReport>;
}

export const HOST_CHECK = definition({ name: 'host', metric: null, critical: '' });

/** A judge over a fleet. `startS`: when this server began, on the fleet's time. */
export function bench(
  options: Partial<JudgeOptions> & { fleet?: Fleet; startS?: number; pager?: Pager } = {},
): Bench {
  const {
    fleet = new Fleet(),
    startS = 0,
    pager = new Pager(),
    store = new MemoryStore(),
    ...rest
  } = options;
  let nowS = startS;
  const judge = createJudge({
    catalogue: fleet.catalogue,
    store,
    lease: localLease,
    definitions: [definition(), HOST_CHECK],
    timeperiods: [],
    routes: [{ match: {}, receiver: 'ops', continue: false }],
    channels: new Map([['ops', pager]]),
    groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
    startedMs: START_MS + startS * 1000,
    clock: () => START_MS + nowS * 1000,
    random: () => 0.5,
    ...rest,
  });
  const at = async (atS: number) => {
    nowS = atS;
    const report = judge.turn(START_MS + atS * 1000);
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    return report;
  };
  const run = async (untilS: number) => {
    const reports: JudgeReport[] = [];
    for (let second = nowS + 1; second <= untilS; second += 1) {
      const report = await at(second);
      if (report.services.length + report.hosts.length + report.removed.length > 0) reports.push(report);
    }
    return reports;
  };
  return { fleet, store, pager, judge, at, run };
}
