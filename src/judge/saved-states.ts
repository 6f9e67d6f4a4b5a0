import { absorb, withoutLost } from '../alert/told.ts';
import type { JudgeMemory } from './store.ts';
import type { SavedHost, SavedService, ServiceKey, Settlement } from '../model/service-state.ts';

/** States of before a restart, until what they belong to appears. */
export class SavedStates {
  readonly #hosts: Map<string, SavedHost>;
  /** By host, then by service. */
  readonly #services = new Map<string, Map<string, SavedService>>();
  /** Those that a page on its way tells of, by its key. */
  readonly #paged = new Map<string, ServiceKey[]>();

  constructor(saved: { readonly hosts: readonly SavedHost[]; readonly services: readonly SavedService[] }) {
    this.#hosts = new Map(saved.hosts.map((host) => [hostKey(host.cluster, host.name), host]));
    for (const one of saved.services) {
      const key = hostKey(one.cluster, one.host);
      const services = this.#services.get(key) ?? new Map<string, SavedService>();
      this.#services.set(key, services.set(one.service, one));
      for (const { key: page } of one.told) {
        if (page === null) continue;
        const paged = this.#paged.get(page);
        if (paged) paged.push(one);
        else this.#paged.set(page, [one]);
      }
    }
  }

  /** Is anything kept of a host, or of a service of it? */
  has(cluster: string, name: string): boolean {
    const key = hostKey(cluster, name);
    return this.#hosts.has(key) || (this.#services.get(key)?.size ?? 0) > 0;
  }

  takeHost(cluster: string, name: string): SavedHost | undefined {
    const key = hostKey(cluster, name);
    const saved = this.#hosts.get(key);
    this.#hosts.delete(key);
    return saved;
  }

  service({ cluster, host, service }: ServiceKey): SavedService | undefined {
    return this.#services.get(hostKey(cluster, host))?.get(service);
  }

  takeService(key: ServiceKey): SavedService | undefined {
    const saved = this.service(key);
    this.#services.get(hostKey(key.cluster, key.host))?.delete(key.service);
    return saved;
  }

  /** Clusters of which a service of that name, of no host, was not taken yet. */
  clustersOf(service: string): string[] {
    return [...this.#services.values()].flatMap((services) => {
      const one = services.get(service);
      return one?.host === '' ? [one.cluster] : [];
    });
  }

  /** Names of the host's services that had a result, and were not taken yet. */
  reportedOf(cluster: string, host: string): string[] {
    const services = this.#services.get(hostKey(cluster, host))?.values() ?? [];
    return [...services].filter(({ result }) => result !== null).map(({ service }) => service);
  }

  /**
   * Takes in what became of a page of before the restart: answers with those of its services that were not
   * taken yet, as they are now, and the keys of those that were.
   */
  settle(settlement: Settlement, nowMs: number): { changed: SavedService[]; taken: ServiceKey[] } {
    const settled = { changed: [] as SavedService[], taken: [] as ServiceKey[] };
    if (settlement.outcome === 'retry') return settled;
    for (const key of this.#paged.get(settlement.page.key) ?? []) {
      const saved = this.service(key);
      if (!saved) {
        settled.taken.push(key);
        continue;
      }
      const now = { ...saved, told: absorb(saved.told, settlement, nowMs) };
      this.#services.get(hostKey(key.cluster, key.host))?.set(key.service, now);
      settled.changed.push(now);
    }
    this.#paged.delete(settlement.page.key);
    return settled;
  }

  /** What nothing has claimed; forgotten by this call. */
  takeRest(): { services: SavedService[]; hosts: SavedHost[] } {
    const services = [...this.#services.values()].flatMap((one) => [...one.values()]);
    const rest = { services, hosts: [...this.#hosts.values()] };
    this.#services.clear();
    this.#paged.clear();
    this.#hosts.clear();
    return rest;
  }
}

export function hostKey(cluster: string, host: string): string {
  return `${cluster}\0${host}`;
}

/** Kept services, with pages the outbox no longer knows taken off their way. */
export function reconciled(memory: JudgeMemory): readonly SavedService[] {
  const pending = new Set(memory.pending.map(({ page }) => page.key));
  return memory.services.map((one) => {
    const isLost = one.told.some(({ key }) => key !== null && !pending.has(key));
    return isLost ? { ...one, told: withoutLost(one.told, pending) } : one;
  });
}
