import { renameSync, writeFileSync } from 'node:fs';
import { cloudList, papersOf } from '../demo/cloud.ts';
import { BOOT_S, isAlive, isThere } from '../demo/scenario.ts';
import type { Behaviour } from '../demo/behaviour.ts';
import type { Registry } from '../http/ports.ts';
import type { Role } from '../demo/fleet.ts';

export interface DemoCloudOptions {
  readonly fleet: readonly Behaviour[];
  readonly clusters: ReadonlyMap<Role, string>;
  /** Where the list of instances is written, for the server to read. */
  readonly file: string;
  readonly registry: Pick<Registry, 'register' | 'deregister' | 'instance'>;
  readonly nowMs: () => number;
  readonly onFault: (fault: string) => void;
}

/**
 * What a cloud does beside running instances: they register at each of their boots, those that are scaled in
 * deregister, and a list says which there are. One that dies says nothing, and stays in the list.
 */
export class DemoCloud {
  readonly #o: DemoCloudOptions;
  readonly #running = new Set<Behaviour>();
  #list = '';

  constructor(options: DemoCloudOptions) {
    this.#o = options;
  }

  /** Does what has become due. Whatever an earlier run has left undone is due, too. */
  async look(): Promise<void> {
    const nowS = this.#o.nowMs() / 1000;
    try {
      await Promise.all(this.#o.fleet.flatMap((behaviour) => this.#due(behaviour, nowS)));
      this.#write(nowS);
    } catch (error) {
      this.#o.onFault(error instanceof Error ? error.message : String(error));
    }
  }

  #due(behaviour: Behaviour, nowS: number): Promise<void>[] {
    const { instance, faults } = behaviour;
    const wasRunning = this.#running.has(behaviour);
    if (isAlive(instance, faults, nowS + BOOT_S)) {
      this.#running.add(behaviour);
      return wasRunning ? [] : [this.#register(behaviour)];
    }
    this.#running.delete(behaviour);
    return this.#isLeaving(behaviour, nowS) ? [this.#deregister(behaviour)] : [];
  }

  /** One that could not goes on trying, as boot scripts do. */
  async #register(behaviour: Behaviour): Promise<void> {
    const { instance } = behaviour;
    const outcome = await this.#o.registry.register(papersOf(instance, this.#clusterOf(instance)));
    if (outcome.ok) return;
    this.#running.delete(behaviour);
    this.#o.onFault(`${instance.name} could not register: ${outcome.message}`);
  }

  #isLeaving({ instance }: Behaviour, nowS: number): boolean {
    const { name, leaving } = instance;
    if (!leaving || leaving.reason === null || nowS < leaving.atS) return false;
    return this.#o.registry.instance(this.#clusterOf(instance), name)?.standing.kind === 'here';
  }

  async #deregister({ instance }: Behaviour): Promise<void> {
    const { cluster, host, instanceId, from } = papersOf(instance, this.#clusterOf(instance));
    const reason = instance.leaving?.reason ?? '';
    const outcome = await this.#o.registry.deregister({ cluster, host, instanceId, reason, from });
    if (!outcome.ok) this.#o.onFault(`${instance.name} could not deregister: ${outcome.message}`);
  }

  /** Whole at any time: whoever reads it has the list of before, or this one. */
  #write(nowS: number): void {
    const there = this.#o.fleet
      .filter(({ instance }) => isThere(instance, nowS))
      .map(({ instance }) => ({ instance, cluster: this.#clusterOf(instance) }));
    const list = cloudList(there);
    if (list === this.#list) return;
    const { file } = this.#o;
    writeFileSync(`${file}.new`, list, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#list = list;
  }

  #clusterOf({ role }: Behaviour['instance']): string {
    return this.#o.clusters.get(role) ?? role;
  }
}
