import type { Membership, RosterNews } from '../model/instance.ts';

/** The instances of one worker's groups. */
export class Members {
  readonly #byHost = new Map<string, Membership>();

  take(news: readonly RosterNews[]): void {
    for (const one of news) {
      if (one.kind === 'forgotten') this.#byHost.delete(`${one.cluster}\0${one.host}`);
      else this.#byHost.set(`${one.member.cluster}\0${one.member.host}`, one.member);
    }
  }

  find(cluster: string, host: string): Membership | undefined {
    return this.#byHost.get(`${cluster}\0${host}`);
  }
}
