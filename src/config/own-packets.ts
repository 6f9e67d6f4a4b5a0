import { BlockList, isIPv6 } from 'node:net';
import { SELF_MONITOR_DEFAULT } from './keys.ts';
import { reachableAddress } from './listeners.ts';
import type { GroupSection, MusterSection } from './keys.ts';
import type { Reading } from './reading.ts';

/** Tells where the server's own packets would be refused: they come from the address they go to. */
export function reportOwnPackets(root: MusterSection, reading: Reading): void {
  const self = root.values.self_monitor;
  const own = self === undefined ? SELF_MONITOR_DEFAULT.group : self?.values.group;
  const section = root.values.groups.find(({ value }) => value.values.name === own);
  const listen = section?.value.values.listen?.[0]?.value.address;
  if (!section || listen === undefined) return;
  const { values, offsets, offset } = section.value;
  const address = reachableAddress(listen);
  if (values.allow.length === 0 || allows(values.allow, address)) return;
  const at = offsets.get('allow') ?? offset;
  reading.warn(at, `self_monitor sends from ${address}, which is not in allow: its packets are refused`);
}

function allows(allow: GroupSection['values']['allow'], address: string): boolean {
  const list = new BlockList();
  for (const { value } of allow) {
    const [network = '', prefix] = value.split('/');
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
