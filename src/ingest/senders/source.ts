import { HOSTS_NAMED_PER_SOURCE_MAX, REASONS_PER_SOURCE_MAX } from '../../limits.ts';
import type { GroupRules } from '../group.ts';
import type { HostState } from '../host-table.ts';
import type { Recognised } from '../../wire/recognise.ts';
import type { Rights } from './rights.ts';

/** What is told of as "lately" is the mean over so long. */
const PACE_MS = 10_000;

/** What was refused of a sender, by reason. */
export interface Refused {
  /** `packet`: a datagram or the rest of one; `value`: values that were read. */
  readonly what: 'packet' | 'value';
  readonly reason: string;
  count: number;
  /** Epoch ms. */
  lastMs: number;
}

/** One sender of a group: an address, or all those that found no place of their own. */
export class Source {
  readonly address: string;
  readonly firstMs: number;
  lastMs: number;
  packets = 0;
  /** Values taken. */
  values = 0;
  /** Series, and facts, that it brought into being and that are still there. */
  series = 0;
  /** Hosts that it brought into being and that are still there. */
  hosts = 0;
  /** Characters of facts of those hosts. */
  factChars = 0;
  /** Hosts that it was the last to write. */
  writes = 0;
  /** The first few hosts it wrote. */
  readonly named: HostState[] = [];
  readonly protocols = new Set<Recognised | 'influx'>();
  readonly refused: Refused[] = [];
  refusedMs = 0;
  /** The host that its last datagram of gmond was about: a guess at what the next one is about; -1: none. */
  lastHost = -1;
  /** Its clock minus ours, ms; NaN where no protocol of it carries a time. */
  skewMs = Number.NaN;
  /** Whether it has brought anything that counts: until then it gives way to others like it. */
  known = false;
  /** The rules that the verdicts below are of. */
  rules: GroupRules | undefined;
  allowed = true;
  maySpoof = false;
  /** The group's instances, by their version, that what follows is of. */
  membersVersion = -1;
  /** What it may write; undefined: the group binds nobody. */
  rights: Rights | undefined;
  /** The host that registered from its address, where it is the only one. */
  registeredName: string | undefined;
  #protocol: Recognised | 'influx' | undefined;
  #tokens = Infinity;
  #tokensMs = 0;
  #paceFromMs: number;
  #paceValues = 0;
  #perSecond = 0;

  constructor(address: string, nowMs: number) {
    this.address = address;
    this.firstMs = nowMs;
    this.lastMs = nowMs;
    this.#paceFromMs = nowMs;
  }

  /** A token bucket of one second's packets, full at first. False: this packet is over the budget. */
  spend(perSecond: number, nowMs: number): boolean {
    const earned = (Math.max(0, nowMs - this.#tokensMs) / 1000) * perSecond;
    this.#tokens = Math.min(perSecond, this.#tokens + earned);
    this.#tokensMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  speaks(protocol: Recognised | 'influx'): void {
    if (protocol === this.#protocol) return;
    this.#protocol = protocol;
    this.protocols.add(protocol);
  }

  took(values: number, nowMs: number): void {
    this.values += values;
    const passedMs = nowMs - this.#paceFromMs;
    if (passedMs >= PACE_MS || passedMs < 0) this.#turnPace(nowMs);
    this.#paceValues += values;
  }

  refuse(what: Refused['what'], reason: string, count: number): void {
    const { refused, lastMs } = this;
    this.refusedMs = lastMs;
    for (const one of refused) {
      if (one.reason !== reason || one.what !== what) continue;
      one.count += count;
      one.lastMs = lastMs;
      return;
    }
    if (refused.length < REASONS_PER_SOURCE_MAX) refused.push({ what, reason, count, lastMs });
  }

  /** It is the last to have written this host. */
  writesHost(host: HostState): void {
    this.writes += 1;
    if (this.named.length >= HOSTS_NAMED_PER_SOURCE_MAX || this.named.includes(host)) return;
    this.named.push(host);
  }

  /** Values taken a second: of the last whole stretch, or of this one while there is no other. */
  perSecond(nowMs: number): number {
    const passedMs = nowMs - this.#paceFromMs;
    if (passedMs >= PACE_MS) return (this.#paceValues * 1000) / passedMs;
    if (this.#perSecond > 0 || passedMs <= 0) return this.#perSecond;
    return (this.#paceValues * 1000) / Math.max(1000, passedMs);
  }

  #turnPace(nowMs: number): void {
    this.#perSecond = this.perSecond(nowMs);
    this.#paceFromMs = nowMs;
    this.#paceValues = 0;
  }
}
