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

  take(news: readonly RosterNews[]): void {
    for (const one of news) {
      if (one.kind === 'forgotten') this.#byHost.delete(`${one.cluster}\0${one.host}`);
      else this.#byHost.set(`${one.member.cluster}\0${one.member.host}`, one.member);
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
}
