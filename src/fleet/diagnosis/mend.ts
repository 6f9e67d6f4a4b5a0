import { pasted } from './words.ts';
import type { GroupEvidence, Scene } from './scene.ts';

const SERVER = 'muster.example.net';

export function serverOf(scene: Scene): string {
  return scene.servers[0] ?? SERVER;
}

/**
 * Registers the instance anew, and has its agent send to this group: docs/INSTANCES.md, "Boot scripts".
 * `speaks`: protocols of what runs there; empty: not known. A refusal is shown, and nothing run.
 */
export function registerLines(scene: Scene, group: string, speaks: readonly string[] = []): string[] {
  const { publicUrl, signsIn } = scene;
  const accept = scene.groups.get(group)?.config.accept ?? [];
  const takesBoth = accept.includes('collectd') && accept.includes('ganglia');
  const isGmond = takesBoth && speaks.includes('ganglia') && !speaks.includes('collectd');
  const path = `/boot/${encodeURIComponent(group).replaceAll("'", '%27')}`;
  const from = `'${publicUrl}${path}${isGmond ? '?agent=gmond' : ''}'`;
  const run = [
    `curl -sS --fail-with-body ${signsIn ? '-K - ' : ''}${from} >muster-boot.sh ||`,
    '  { cat muster-boot.sh; false; } &&',
    `  sudo ${signsIn ? '--preserve-env=MUSTER_TOKEN ' : ''}sh muster-boot.sh`,
  ];
  return [
    ...(takesBoth && speaks.length === 0 ? [`# where gmond runs, ask for ${path}?agent=gmond`] : []),
    ...(signsIn ? [...TOKEN_LINES, ...run.map((line) => `  ${line}`)] : run),
  ];
}

/** Hand curl the token, where people and programs sign in, without any list of processes showing it. */
export const TOKEN_LINES = [
  '# MUSTER_TOKEN: an enrolment token of the group, exported',
  'printf \'header = "authorization: Bearer %s"\' "$MUSTER_TOKEN" |',
] as const;

/**
 * Has an agent send to its group: by its configuration's own lines, or by registering where those lines hold a
 * key. `speaks`: what this one speaks; empty: not known.
 */
export function configureLines(scene: Scene, group: GroupEvidence, speaks: readonly string[] = []): string[] {
  const { name, collectd } = group.config;
  const isGmond = speaks.length > 0 && !speaks.includes('collectd');
  return collectd.securityLevel === 'None' || isGmond
    ? agentLines(scene, group, speaks)
    : [
        `# on the instance: registers it, and writes its agent's configuration`,
        ...registerLines(scene, name, speaks),
      ];
}

function agentLines(scene: Scene, group: GroupEvidence, speaks: readonly string[]): string[] {
  const server = serverOf(scene);
  const port = group.port ?? 0;
  const agents = group.config.accept.filter((one) => speaks.length === 0 || speaks.includes(one));
  return [
    ...(agents.includes('collectd')
      ? [
          '# collectd.conf',
          'LoadPlugin network',
          '<Plugin network>',
          `  Server "${server}" "${port}"`,
          '</Plugin>',
        ]
      : []),
    ...(agents.includes('ganglia')
      ? ['# gmond.conf', 'udp_send_channel {', `  host = ${server}`, `  port = ${port}`, '}']
      : []),
    ...(agents.includes('collectd') || agents.includes('ganglia')
      ? []
      : [`# UDP to port ${port} of ${server}`]),
  ];
}

/** Lets UDP in; without an address from everywhere the security group names. */
export function firewallLines(port: number, address: string): string[] {
  const isSix = address.includes(':');
  const peer = pasted(address, '');
  const grant = 'aws ec2 authorize-security-group-ingress --group-id "$SERVER_GROUP"';
  const from =
    peer === ''
      ? `--protocol udp --port ${port} --source-group "$INSTANCES_GROUP"`
      : isSix
        ? `--ip-permissions 'IpProtocol=udp,FromPort=${port},ToPort=${port},Ipv6Ranges=[{CidrIpv6=${peer}/128}]'`
        : `--protocol udp --port ${port} --cidr ${peer}/32`;
  const only = peer === '' ? '' : `-s ${peer} `;
  return [
    '# the security group of this server',
    `${grant} ${from}`,
    '# or the firewall on this server',
    `sudo ${isSix ? 'ip6tables' : 'iptables'} -I INPUT -p udp --dport ${port} ${only}-j ACCEPT`,
  ];
}

export const CLOCK_LINES = [
  'sudo systemctl enable --now chrony || sudo systemctl enable --now chronyd',
  'sudo chronyc makestep',
  'date -u',
] as const;

/** `allow: [10.0.0.0/8, 10.9.9.9]`: a key of a group in muster.yaml that has one more address. */
export function addressesLine(key: string, addresses: readonly string[], more: string): string {
  return `${key}: [${[...addresses, pasted(more, 'ADDRESS')].map(quoted).join(', ')}]`;
}

/** In YAML an address with colons is a key unless it is quoted. */
function quoted(address: string): string {
  return address.includes(':') ? `'${address}'` : address;
}
