import { fill } from '../../check/placeholders.ts';
import { isLiteral, excludesMetric, scopeOf } from '../../check/rule.ts';
import { AGGREGATE_GROUPS_MAX, AGGREGATE_MEMBERS_MAX } from '../../limits.ts';
import { AggregateSource } from './aggregate-source.ts';
import { SeriesMember } from './members.ts';
import { StateMembers } from './state-members.ts';
import { ValueMembers } from './value-members.ts';
import type { AggregateService } from '../source-opener.ts';
import type { AggregateWords } from '../../check/functions/aggregate-words.ts';
import type { CompiledDefinition } from '../../check/definitions.ts';
import type { CompiledSubject } from '../../check/rule.ts';
import type { HostEntry, RecordEntry } from '../../live/entries.ts';
import type { HostWatch } from '../watch.ts';
import type { Matcher } from '../../check/matcher.ts';
import type { Room } from './room.ts';

type Aggregate = CompiledSubject & { readonly kind: 'aggregate' };

const CACHED_METRICS_MAX = 100_000;
const NAME_CHARS_MAX = 255;
const BY_CLUSTER = 'cluster';

/** The hosts that one service of an aggregate is made of. */
interface Group {
  readonly key: string;
  /** Hosts that are in it. */
  hosts: number;
  readonly members: ValueMembers | StateMembers;
  readonly service: AggregateService;
}

/** One definition of an aggregate, and its groups: one for the grid, or for each cluster, rack, … */
export class AggregateRule {
  /** Names of the facts that it goes by. */
  readonly facts: readonly string[];
  readonly #compiled: CompiledDefinition;
  readonly #subject: Aggregate;
  readonly #matcher: Matcher;
  readonly #room: Room;
  readonly #groups = new Map<string, Group>();
  /** Hosts in no group, as they have not all of the facts, by cluster; '' where it does not go by cluster. */
  readonly #ungrouped = new Map<string, number>();
  readonly #metrics = new Map<string, boolean>();

  constructor(
    compiled: CompiledDefinition,
    subject: Aggregate,
    { matcher, room }: { readonly matcher: Matcher; readonly room: Room },
  ) {
    this.#compiled = compiled;
    this.#subject = subject;
    this.#matcher = matcher;
    this.#room = room;
    this.facts = subject.by.filter((one) => one !== BY_CLUSTER);
  }

  /** Services may come and go without any host doing so: those whose states it looks at do. */
  get looksAtStates(): boolean {
    return this.#subject.of.kind === 'states';
  }

  /** Services that have members. */
  services(): AggregateService[] {
    const services: AggregateService[] = [];
    for (const { members, service } of this.#groups.values()) if (members.isThere) services.push(service);
    return services;
  }

  /** What a host has to do with it; null: it is not selected. */
  partOf(entry: HostEntry, on: HostWatch): Part | null {
    if (!this.#matcher.selects(this.#compiled, entry)) return null;
    const part = new Part(this, on);
    if (this.looksAtStates) part.begin();
    return part;
  }

  takes(entry: HostEntry, metric: string): boolean {
    const { of } = this.#subject;
    if (of.kind === 'states') return false;
    let matches = this.#metrics.get(metric);
    if (matches === undefined) {
      matches = of.metric.matches(metric);
      if (this.#metrics.size >= CACHED_METRICS_MAX) this.#metrics.clear();
      this.#metrics.set(metric, matches);
    }
    return matches && !excludesMetric(this.#compiled.rule, entry, metric);
  }

  /** The group that a host is in; null: it has not all facts, and is counted as being in none. */
  enter(entry: HostEntry): Group | null {
    const group = this.#groupOf(entry);
    if (group) group.hosts += 1;
    else this.#countUngrouped(entry, 1);
    return group;
  }

  leave(entry: HostEntry, group: Group | null): void {
    if (!group) return this.#countUngrouped(entry, -1);
    group.hosts -= 1;
    if (group.hosts === 0) this.#groups.delete(group.key);
  }

  /** Room for one more member; false: there is none, which is noted. */
  takeRoom(): boolean {
    if (this.#room.take()) return true;
    this.#leaveOut(`all aggregates together have ${AGGREGATE_MEMBERS_MAX} members`);
    return false;
  }

  giveRoom(): void {
    this.#room.give();
  }

  #leaveOut(why: string): null {
    this.#matcher.note(this.#compiled.definition.name, `some hosts are left out: ${why}`);
    return null;
  }

  #countUngrouped(entry: HostEntry, by: 1 | -1): void {
    const cluster = this.#clusterOf(entry);
    this.#ungrouped.set(cluster, (this.#ungrouped.get(cluster) ?? 0) + by);
  }

  #clusterOf(entry: HostEntry): string {
    return this.#subject.by.includes(BY_CLUSTER) ? entry.cluster : '';
  }

  #groupOf(entry: HostEntry): Group | null {
    const values = this.facts.map((fact) => entry.facts.get(fact));
    if (values.some((value) => value === undefined || value.trim() === '')) return null;
    const cluster = this.#clusterOf(entry);
    const key = JSON.stringify([cluster, ...values]);
    const known = this.#groups.get(key);
    if (known) return known;
    const name = this.#nameOf(cluster, entry);
    if (name === null) return this.#leaveOut('what the facts of a host say is no name for a service');
    if (this.#groups.size >= AGGREGATE_GROUPS_MAX) {
      return this.#leaveOut(`it goes by more than ${AGGREGATE_GROUPS_MAX} different values`);
    }
    const group = this.#newGroup(key, cluster, name);
    this.#groups.set(key, group);
    return group;
  }

  #newGroup(key: string, cluster: string, name: string): Group {
    const compiled = this.#matcher.ofCluster(this.#compiled, cluster) ?? this.#compiled;
    const { of } = this.#subject;
    const { freshnessThresholdMs } = compiled.definition;
    const members =
      of.kind === 'states' ? new StateMembers(of) : new ValueMembers(of, this.#room, freshnessThresholdMs);
    const source = new AggregateSource(members, () => this.#wordsOf(cluster));
    return { key, hosts: 0, members, service: { cluster, service: name, compiled, source } };
  }

  #wordsOf(cluster: string): AggregateWords {
    const { of } = this.#subject;
    const { anchored } = this.#compiled.definition;
    const perHost = of.kind === 'states' || isLiteral(of.metric.source, anchored);
    const hosts = this.#ungrouped.get(cluster) ?? 0;
    return { of, perHost, ungrouped: { hosts, facts: this.facts } };
  }

  /** `cluster load`, `cluster load[zone-1 rack-3]`; null: what facts say makes no name. */
  #nameOf(cluster: string, { facts }: HostEntry): string | null {
    const { rule, definition } = this.#compiled;
    const values = this.facts.map((fact) => facts.get(fact) ?? '');
    const group = { cluster, name: '', address: '', facts };
    const filled = rule.name === null ? null : fill(rule.name, scopeOf(rule, group, null));
    if (filled?.ok === false) return null;
    const saysFacts =
      rule.name?.some((part) => typeof part !== 'string' && part.value.kind === 'fact') === true;
    const plain = filled?.ok === true ? filled.text : definition.name;
    const name = values.length === 0 || saysFacts ? plain : `${plain}[${values.join(' ')}]`;
    return name.length > NAME_CHARS_MAX || /\p{C}/u.test(name) ? null : name;
  }
}

/** What one host has to do with one aggregate. */
export class Part {
  readonly #rule: AggregateRule;
  readonly #on: HostWatch;
  readonly #entry: HostEntry;
  readonly #series: SeriesMember[] = [];
  /** Undefined: it has nothing to do with it so far. Null: it has, but has not the facts. */
  #group: Group | null | undefined;

  constructor(rule: AggregateRule, on: HostWatch) {
    this.#rule = rule;
    this.#on = on;
    this.#entry = on.entry;
  }

  /** It has what the aggregate looks at. */
  begin(): void {
    if (this.#group !== undefined) return;
    this.#group = this.#rule.enter(this.#entry);
    const members = this.#group?.members;
    if (members instanceof StateMembers) members.add(this.#on);
  }

  /** A record of the host is new, or was announced again. */
  take(record: RecordEntry): void {
    for (const series of record.series) {
      if (!this.#rule.takes(this.#entry, series.metric)) continue;
      this.begin();
      const members = this.#group?.members;
      if (!(members instanceof ValueMembers)) continue;
      const known = this.#series.find(({ tap }) => tap.series.metric === series.metric);
      if (known) members.renew(known, series);
      else if (this.#rule.takeRoom()) {
        const member = new SeriesMember(series, this.#on);
        this.#series.push(member);
        members.add(member);
      }
    }
  }

  /** A record of the host has left. */
  lose(record: RecordEntry): void {
    for (const member of this.#series.filter(({ tap }) => tap.series.record === record)) {
      this.#series.splice(this.#series.indexOf(member), 1);
      this.#remove(member);
    }
  }

  /** The host has left, or is to join anew. */
  leave(): void {
    if (this.#group === undefined) return;
    for (const member of this.#series.splice(0)) this.#remove(member);
    const members = this.#group?.members;
    if (members instanceof StateMembers) members.remove(this.#on);
    this.#rule.leave(this.#entry, this.#group);
    this.#group = undefined;
  }

  #remove(member: SeriesMember): void {
    const members = this.#group?.members;
    if (members instanceof ValueMembers) members.remove(member);
    this.#rule.giveRoom();
  }
}
