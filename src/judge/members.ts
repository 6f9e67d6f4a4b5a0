import type { ListedGroup, RosterNews, Standing } from '../model/instance.ts';

/** What is known of a host as an instance. */
export interface Member {
  readonly standing: Standing;
  readonly sinceMs: number;
}

/** Which hosts are instances that registered, or that a list names, and what the lists are worth. */
export class Members {
  readonly #byHost = new Map<string, Member>();
  #listed: ReadonlyMap<string, ListedGroup> = new Map();
  #changed: { readonly cluster: string; readonly host: string }[] = [];

  take(news: readonly RosterNews[]): void {
    for (const one of news) {
      const { cluster, host } = one.kind === 'member' ? one.member : one;
      const key = `${cluster}\0${host}`;
      if (one.kind === 'forgotten') this.#byHost.delete(key);
      else this.#byHost.set(key, { standing: one.member.standing, sinceMs: one.member.sinceMs });
      this.#changed.push({ cluster, host });
    }
  }

  listed(groups: readonly ListedGroup[]): void {
    this.#listed = new Map(groups.map((group) => [group.cluster, group]));
  }

  find(cluster: string, host: string): Member | undefined {
    return this.#byHost.get(`${cluster}\0${host}`);
  }

  listOf(cluster: string): ListedGroup | undefined {
    return this.#listed.get(cluster);
  }

  /** Hosts of which something else is known since the last call; asked once a turn. */
  takeChanged(): readonly { readonly cluster: string; readonly host: string }[] {
    const changed = this.#changed;
    if (changed.length > 0) this.#changed = [];
    return changed;
  }
}
