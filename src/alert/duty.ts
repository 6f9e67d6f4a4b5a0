import { NO_ALERTS } from '../contract/alerts.ts';
import { onCall, openRota, shifts } from './rota.ts';
import { ROTA_OVERRIDES_MAX, SHIFTS_MAX } from '../alert-limits.ts';
import type { AlertsConfig } from '../contract/alerts.ts';
import type { OnCall, Turn } from './destination.ts';
import type { Rota, Shift } from './rota.ts';
import type { SavedOverride } from '../model/rota.ts';

type DutyConfig = Pick<AlertsConfig, 'receivers' | 'rotas' | 'escalations'>;

/** Why somebody cannot take over, in words; `full`: there are as many overrides as may be. */
interface Refusal {
  readonly full: boolean;
  readonly fault: string;
}

/** Whose turn it is by every rota, and what people changed about it while the server runs. */
export class Duty {
  readonly #overrides = new Map<string, SavedOverride>();
  /** By rota: the shift last asked for, which mostly is the one asked for next. */
  readonly #present = new Map<string, Shift>();
  #config: DutyConfig = NO_ALERTS;
  #rotas: ReadonlyMap<string, Rota> = new Map();
  #receivers: ReadonlySet<string> = new Set();
  #lastNumber = 0;

  /** Of a start: what was saved. Overrides of a rota that is gone wait for its return, or for their end. */
  start(config: DutyConfig | undefined, saved: readonly SavedOverride[]): void {
    for (const one of saved) {
      this.#overrides.set(one.id, one);
      this.#lastNumber = Math.max(this.#lastNumber, Number(one.id.slice(1)) || 0);
    }
    this.use(config);
  }

  /** The configuration was validated. */
  use(config: DutyConfig = NO_ALERTS): void {
    this.#config = config;
    this.#rotas = new Map(config.rotas.map((one) => [one.name, openRota(one)]));
    this.#receivers = new Set(config.receivers.map(({ name }) => name));
    this.#present.clear();
  }

  get config(): DutyConfig {
    return this.#config;
  }

  /** A port of the desk: cheap until the shift ends. */
  readonly onCall: OnCall = (rota: string, atMs: number): Turn => {
    const shift = this.shiftAt(rota, atMs);
    return shift === null ? { who: null, untilMs: null } : { who: shift.who, untilMs: shift.toMs };
  };

  /** Null: there is no such rota. */
  shiftAt(name: string, atMs: number): Shift | null {
    const present = this.#present.get(name);
    if (present !== undefined && present.fromMs <= atMs && atMs < present.toMs) return present;
    const rota = this.#rotas.get(name);
    if (rota === undefined) return null;
    const shift = onCall(rota, this.#holding(), atMs);
    this.#present.set(name, shift);
    return shift;
  }

  /** Who comes on then. */
  shiftAfter(name: string, { toMs }: Shift): Shift | null {
    const rota = this.#rotas.get(name);
    return rota === undefined ? null : onCall(rota, this.#holding(), toMs);
  }

  /** At most `most`, and SHIFTS_MAX. */
  shifts(
    name: string,
    span: { readonly fromMs: number; readonly toMs: number },
    most: number = SHIFTS_MAX,
  ): Shift[] {
    const rota = this.#rotas.get(name);
    return rota === undefined ? [] : shifts(rota, this.#holding(), span).slice(0, most);
  }

  /** A name for an override that none has. */
  nextId(): string {
    this.#lastNumber += 1;
    return `o${this.#lastNumber}`;
  }

  /** What is against it; null: it holds from now on. */
  override(wish: SavedOverride, nowMs: number): Refusal | null {
    const fault = this.#faultOf(wish, nowMs);
    if (fault !== null) return { full: false, fault };
    if (this.#overrides.size >= ROTA_OVERRIDES_MAX) {
      return { full: true, fault: `there are ${ROTA_OVERRIDES_MAX} overrides already` };
    }
    this.#overrides.set(wish.id, wish);
    this.#present.delete(wish.rota);
    return null;
  }

  /** False: there is none of that id. */
  drop(rota: string, id: string): boolean {
    if (this.#overrides.get(id)?.rota !== rota) return false;
    this.#overrides.delete(id);
    this.#present.delete(rota);
    return true;
  }

  /** Takes out what was over before that; their ids. */
  forget(beforeMs: number): string[] {
    const over = [...this.#overrides.values()].filter(({ toMs }) => toMs < beforeMs).map(({ id }) => id);
    for (const id of over) this.#overrides.delete(id);
    return over;
  }

  /** Nobody can be told by a name that a reload has taken away: then it is the turn's again. */
  #holding(): SavedOverride[] {
    return [...this.#overrides.values()].filter(({ who }) => this.#receivers.has(who));
  }

  #faultOf({ rota, who, fromMs, toMs }: SavedOverride, nowMs: number): string | null {
    if (!this.#rotas.has(rota)) return `there is no rota ${JSON.stringify(rota)}`;
    if (!this.#receivers.has(who)) return `there is no receiver ${JSON.stringify(who)}`;
    if (toMs <= fromMs) return 'it ends before it begins';
    if (toMs <= nowMs) return 'it is over already';
    const other = [...this.#overrides.values()].find(
      (one) => one.rota === rota && fromMs < one.toMs && one.fromMs < toMs,
    );
    if (other === undefined) return null;
    const [from, to] = [other.fromMs, other.toMs].map((ms) => new Date(ms).toISOString());
    return `${other.who} has it from ${from} to ${to} already: take that back first`;
  }
}
