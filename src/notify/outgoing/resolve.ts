import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { addressRefusal, isMetadataName } from '../../model/outgoing-address.ts';
import { addressesInHosts, namesToAsk } from './name-files.ts';
import type { AddressRefusal } from '../../model/outgoing-address.ts';

/** Where a connection may go, looked up and judged once. */
export type Resolved =
  | { readonly ok: true; readonly addresses: readonly { readonly address: string; readonly family: 4 | 6 }[] }
  /** `refused`: we do not go there, however often it is tried. In words, without the name. */
  | { readonly ok: false; readonly refused: boolean; readonly fault: string };

export type Resolve = (host: string, signal: AbortSignal) => Promise<Resolved>;

const REFUSALS: Readonly<Record<AddressRefusal, string>> = {
  unspecified: 'an address of nobody',
  'link-local': 'a link-local address',
  'cloud-metadata': "a cloud's metadata service",
  multicast: 'a multicast address',
  reserved: 'a reserved address',
  'no-address': 'no address',
};

const TRY_MS = 1500;

/**
 * The addresses of a host, of which only those are told that one may connect to. By c-ares and the system's
 * files: the system's own look-up holds one of the process's four threads for as long as its servers are
 * silent.
 */
export async function resolveAllowed(host: string, signal: AbortSignal): Promise<Resolved> {
  const name = host.replace(/^\[(.*)\]$/u, '$1');
  if (isIP(name) !== 0) return judged([name]);
  if (isMetadataName(name)) return refused('cloud-metadata');
  try {
    return judged(await addressesOf(name, signal));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'failed';
    return { ok: false, refused: false, fault: `its name cannot be looked up (${code})` };
  }
}

function judged(found: readonly string[]): Resolved {
  const addresses = found.flatMap((address) => {
    const family = isIP(address);
    return family !== 0 && addressRefusal(address) === null ? [{ address, family: family as 4 | 6 }] : [];
  });
  if (addresses.length > 0) return { ok: true, addresses };
  const [first] = found;
  if (first === undefined) return { ok: false, refused: false, fault: 'its name has no address' };
  return refused(addressRefusal(first) ?? 'no-address');
}

function refused(why: AddressRefusal): Resolved {
  return { ok: false, refused: true, fault: `refused: it leads to ${REFUSALS[why]}` };
}

async function addressesOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const inHosts = addressesInHosts(await textOf('/etc/hosts'), name);
  if (inHosts.length > 0) return inHosts;
  const resolver = new Resolver({ timeout: TRY_MS, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    let failure: Error | undefined;
    for (const candidate of namesToAsk(await textOf('/etc/resolv.conf'), name)) {
      signal.throwIfAborted();
      const [v4, v6] = await Promise.allSettled([resolver.resolve4(candidate), resolver.resolve6(candidate)]);
      const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (found.length > 0) return found;
      if (v4.status === 'rejected') failure = v4.reason as Error;
    }
    if (failure) throw failure;
    return [];
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return ''; // Containers may have none.
  }
}
