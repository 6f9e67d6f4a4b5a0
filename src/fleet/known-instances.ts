import { instanceKey } from './list-reading.ts';
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
  holder(name: { readonly cluster: string; readonly host: string | null }): Instance | undefined {
    return name.host === null ? undefined : this.#byHost.get(hostKey(name));
  }

  /**
   * Whom a list means: by the id; by the host's name where the list gives no id, or where the instance itself
   * gave none when it registered.
   */
  meantBy({ instance, hasId }: Naming): Instance | undefined {
    const key = instanceKey(instance);
    const byId = this.all.get(key) ?? this.#byListedId.get(key);
    const holder = this.holder(instance);
    if (!hasId) return holder ?? byId;
    if (byId || holder?.standing.kind !== 'here') return byId;
    const isNameless = holder.instanceId === holder.host && holder.listedId === undefined;
    return isNameless && holder.registeredMs > 0 ? holder : undefined;
  }
}

export function hostKey({
  cluster,
  host,
}: {
  readonly cluster: string;
  readonly host: string | null;
}): string {
  return `${cluster}\0${host}`;
}
