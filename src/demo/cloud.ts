import { chance } from './dice.ts';
import type { Instance, Role } from './fleet.ts';

const REGION = 'eu-central-1';

/** What instances are for, and whose they are: those up to a number, then those up to the next. */
const DUTIES: Readonly<Record<Role, readonly Duty[]>> = {
  web: [
    { through: 20, role: 'front', team: 'shop' },
    { through: 99, role: 'checkout', team: 'payments' },
  ],
  mysql: [
    { through: 3, role: 'primary', team: 'data' },
    { through: 99, role: 'replica', team: 'data' },
  ],
  batch: [
    { through: 12, role: 'worker', team: 'data' },
    { through: 99, role: 'report', team: 'finance' },
  ],
};

interface Duty {
  readonly through: number;
  readonly role: string;
  readonly team: string;
}

/** What an instance says of itself at each of its boots. */
export interface Papers {
  readonly cluster: string;
  readonly host: string;
  readonly instanceId: string;
  readonly region: string;
  readonly zone: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The address it says so from. */
  readonly from: string;
}

export function papersOf(instance: Instance, cluster: string): Papers {
  const { name, address } = instance;
  return {
    cluster,
    host: name,
    instanceId: instanceId(instance),
    region: REGION,
    zone: `${REGION}${'abc'[Math.floor(3 * chance(instance.seed, 40))]}`,
    tags: tagsOf(instance),
    from: address,
  };
}

/** The list of a cloud that has these instances, as src/wire/instance-list.ts reads it. */
export function cloudList(of: readonly { readonly instance: Instance; readonly cluster: string }[]): string {
  const instances = of.map(({ instance, cluster }) => {
    const { instanceId: id, host, region, zone, tags, from } = papersOf(instance, cluster);
    return { group: cluster, instance_id: id, host, state: 'running', address: from, region, zone, tags };
  });
  return `${JSON.stringify({ instances }, null, 2)}\n`;
}

/** Shaped as EC2's, and the same at every start. */
function instanceId({ seed }: Instance): string {
  const digits = [41, 42].map((n) =>
    Math.floor(2 ** 32 * chance(seed, n))
      .toString(16)
      .padStart(8, '0'),
  );
  return `i-0${digits.join('')}`;
}

function tagsOf({ role, name }: Instance): Record<string, string> {
  const number = Number(name.slice(-2));
  const duty = DUTIES[role].find(({ through }) => number <= through);
  return duty ? { role: duty.role, team: duty.team } : {};
}
