import { attemptOf } from '../../check/state-machine.ts';
import { judgeAcknowledgement } from '../../alert/quiet/acknowledged.ts';
import { keyOf } from '../../alert/quiet/coverage.ts';
import { recordEvent } from '../record-event.ts';
import { stateName, stateType } from '../report.ts';
import type { Acknowledgement } from '../../model/quiet.ts';
import type { AcknowledgementVerdict } from '../../alert/quiet/acknowledged.ts';
import type { ServiceKey } from '../../model/service-state.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** Why one was dropped by itself, for the history. */
const DROPPED: Readonly<Record<Exclude<AcknowledgementVerdict, 'stands'>, string>> = {
  well: 'it is well again',
  'other-problem': 'its state is another now',
  expired: 'its time is up',
};

/** How somebody wants a problem acknowledged. */
export type Wish = Pick<Acknowledgement, 'comment' | 'author' | 'sticky' | 'untilMs'>;

/** Problems that somebody works on, by service. Those of services that have not come back yet are kept. */
export class Acknowledgements {
  readonly #given: Map<string, Acknowledgement>;
  /** Not handed over yet; null: dropped. */
  readonly #toKeep = new Map<string, Acknowledgement | null>();

  constructor(kept: readonly Acknowledgement[]) {
    this.#given = new Map(kept.map((one) => [keyOf(one), one]));
  }

  /** That of the service's present problem, if it still stands. */
  of(watch: ServiceWatch, nowMs: number): Acknowledgement | undefined {
    if (this.#given.size === 0) return undefined;
    const given = this.#given.get(keyOf(watch));
    return given && verdictOn(given, watch, nowMs) === 'stands' ? given : undefined;
  }

  /** In place of one before. Undefined: it has no problem. */
  give(watch: ServiceWatch, wish: Wish, turn: Turn): Acknowledgement | undefined {
    if (watch.status.kind === 'ok') return undefined;
    const { cluster, host, service } = watch;
    const state = stateName(watch);
    const given = { cluster, host, service, ...wish, state, atMs: turn.nowMs };
    this.#given.set(keyOf(watch), given);
    this.#toKeep.set(keyOf(watch), given);
    record(watch, `acknowledged by ${wish.author}: ${wish.comment}`, turn);
    return given;
  }

  /** Takes it back. Undefined: there was none. */
  take(watch: ServiceWatch, by: string, turn: Turn): Acknowledgement | undefined {
    const given = this.#given.get(keyOf(watch));
    if (!given) return undefined;
    this.#drop(given);
    record(watch, `acknowledgement of ${given.author} taken back by ${by}`, turn);
    return given;
  }

  /** Drops what does not stand any more. Whether it did. */
  look(watch: ServiceWatch, turn: Turn): boolean {
    if (this.#given.size === 0) return false;
    const given = this.#given.get(keyOf(watch));
    const verdict = given ? verdictOn(given, watch, turn.nowMs) : 'stands';
    if (!given || verdict === 'stands') return false;
    this.#drop(given);
    record(watch, `acknowledgement of ${given.author} ended: ${DROPPED[verdict]}`, turn);
    return true;
  }

  /** The service is not there any more. */
  gone(key: ServiceKey): void {
    const given = this.#given.get(keyOf(key));
    if (given) this.#drop(given);
  }

  /** Hands over what is to be kept. */
  settle({ alerting: { acknowledged, unacknowledged } }: Turn): void {
    if (this.#toKeep.size === 0) return;
    // What could not be written before is still there, and what is given is written after what is dropped.
    const earlier = acknowledged.splice(0);
    for (const one of earlier) if (!this.#toKeep.has(keyOf(one))) acknowledged.push(one);
    for (const [key, one] of this.#toKeep) {
      if (one !== null) acknowledged.push(one);
      else {
        const [cluster = '', host = '', service = ''] = key.split('\0');
        unacknowledged.push({ cluster, host, service });
      }
    }
    this.#toKeep.clear();
  }

  /** Services that have one. */
  *services(): Generator<ServiceKey> {
    yield* this.#given.values();
  }

  /** When the next one is up; Infinity: none is. */
  nextMs(nowMs: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { untilMs } of this.#given.values()) {
      if (untilMs !== null && untilMs > nowMs) next = Math.min(next, untilMs);
    }
    return next;
  }

  #drop(given: Acknowledgement): void {
    this.#given.delete(keyOf(given));
    this.#toKeep.set(keyOf(given), null);
  }
}

function verdictOn(given: Acknowledgement, watch: ServiceWatch, nowMs: number): AcknowledgementVerdict {
  const anyChange = watch.compiled.definition.semantics === 'nagios';
  return judgeAcknowledgement(given, watch.status, { nowMs, anyChange });
}

function record(watch: ServiceWatch, words: string, turn: Turn): void {
  const stands = { state: stateName(watch), stateType: stateType(watch), attempt: attemptOf(watch.status) };
  recordEvent(watch, stands, words, turn);
}
