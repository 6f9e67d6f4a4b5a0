import { hostKey, instanceKey } from './list-reading.ts';
import type { Instance } from './instance.ts';
import type { Naming } from './list-reading.ts';

/** What is known of instances, as a list is held against it. */
export class KnownInstances {
  readonly all = new Map<string, Instance>();
  readonly #byListedId = new Map<string, Instance>();
  readonly #byHost = new Map<string, Instance>();

  constructor(instances: Iterable<Instance>) {
    for (const instance of instances) {
      const { cluster, listedId } = instance;
      this.all.set(instanceKey(instance), instance);
      this.#byHost.set(hostKey(instance), instance);
      if (listedId !== undefined)
        this.#byListedId.set(instanceKey({ cluster, instanceId: listedId }), instance);
    }
  }

  /** Who has, or last had, that host name. */
  holder({ name }: Naming): Instance | undefined {
    return name === null ? undefined : this.#byHost.get(name);
  }

  /**
   * Whom a list means: by the id; by the host's name where the list gives no id, or where the instance itself
   * gave none when it registered.
   */
  meantBy(naming: Naming): Instance | undefined {
    const byId = this.all.get(naming.key) ?? this.#byListedId.get(naming.key);
    if (byId && naming.hasId) return byId;
    const holder = this.holder(naming);
    if (!naming.hasId) return holder ?? byId;
    if (holder?.standing.kind !== 'here') return undefined;
    const isNameless = holder.instanceId === holder.host && holder.listedId === undefined;
    return isNameless && holder.registeredMs > 0 ? holder : undefined;
  }
}
