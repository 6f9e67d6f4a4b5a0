/** A host whose history has got another name. */
export interface MovedHost {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  /** What came as `from` before then is that history's, epoch ms. */
  readonly movedMs: number;
}

/** By what name a history goes whose points came under an earlier one. */
export class MovedHosts {
  readonly #moves: readonly MovedHost[];
  /** Places in the list, by the old name. */
  readonly #byName = new Map<string, number[]>();

  /** `moves`: in their order. */
  constructor(moves: readonly MovedHost[]) {
    this.#moves = moves;
    for (const [at, { cluster, from }] of moves.entries()) {
      const key = `${cluster}\0${from}`;
      const known = this.#byName.get(key);
      if (known) known.push(at);
      else this.#byName.set(key, [at]);
    }
  }

  /** The name that points of a host have now that came at that time, epoch ms. */
  nameOf(cluster: string, host: string, arrivalMs: number): string {
    let name = host;
    // Whatever moved on did so later: no move is met twice.
    for (let last = -1; ;) {
      const places = this.#byName.get(`${cluster}\0${name}`) ?? [];
      const at = places.find((n) => n > last && (last >= 0 || this.#movedMs(n) > arrivalMs));
      if (at === undefined) return name;
      name = this.#moves[at]?.to ?? name;
      last = at;
    }
  }

  /** Since when a name is that of whoever has it now, epoch ms; 0: always. */
  sinceMs(cluster: string, host: string): number {
    const last = this.#byName.get(`${cluster}\0${host}`)?.at(-1);
    return last === undefined ? 0 : this.#movedMs(last);
  }

  #movedMs(at: number): number {
    return this.#moves[at]?.movedMs ?? 0;
  }
}
