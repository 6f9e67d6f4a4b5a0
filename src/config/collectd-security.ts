import { hasMode, unreadable } from './files.ts';
import { PROTOCOLS, SELF_MONITOR_DEFAULT } from './keys.ts';
import type { GroupSection, MusterSection } from './keys.ts';
import type { Reading } from './reading.ts';

/** What of a group's `collectd` section does not go together, or not with the rest of the file. */

/** A group of users that shares the file with a collectd of this machine is nothing odd. */
const READABLE_BY_ALL = 0o004;

type CollectdSection = GroupSection['values']['collectd'];

/** Reports on every group that is written down; others ask for nothing. */
export function reportSecurity(root: MusterSection, reading: Reading): void {
  for (const { value: group } of root.values.groups) {
    const { collectd } = group.values;
    reportAuthFile(collectd, reading);
    reportUsers(collectd, reading);
    if (collectd.values.security_level === 'None') continue;
    reportOtherProtocols(group, reading);
    reportOwnGroup(root, group, reading);
  }
}

/** Without a file, instances alone have keys: registration gives each its own. */
function reportAuthFile({ values, offsets, offset }: CollectdSection, reading: Reading): void {
  const { security_level: level, auth_file: file } = values;
  const expected = 'a file with lines "user: password"';
  if (file === null) {
    if (level === 'None') return;
    reading.warn(
      offsets.get('security_level') ?? offset,
      `security_level ${level} without an auth_file: only instances that registered may send`,
    );
    return;
  }
  const at = offsets.get('auth_file') ?? offset;
  const fault = unreadable(file);
  if (fault !== undefined) reading.fault(at, `${reading.quote(file, at)} ${fault}`, { expected });
  else if (hasMode(file, READABLE_BY_ALL)) {
    reading.warn(at, `${reading.quote(file, at)} may be read by other users: chmod 600 it`);
  }
}

/** Who has no password can sign nothing; who need not sign can write whatever they like. */
function reportUsers({ values, offsets, offset }: CollectdSection, reading: Reading): void {
  if (values.users.length === 0) return;
  const at = offsets.get('users') ?? offset;
  if (values.auth_file === null) {
    reading.fault(at, 'users without an auth_file', { expected: 'auth_file: with a password of each' });
  } else if (values.security_level === 'None') {
    reading.warn(
      at,
      'users bind nobody at security_level None: whoever leaves the signature out may write every host',
    );
  }
  const seen = new Set<string>();
  for (const { value: user } of values.users) {
    const { name } = user.values;
    if (name === undefined) continue;
    const where = user.offsets.get('name') ?? user.offset;
    if (seen.has(name)) {
      reading.fault(where, `a second entry of user ${reading.quote(name, where)}`, {
        expected: 'one pattern a user: join them with |',
      });
    }
    seen.add(name);
  }
}

function reportOtherProtocols({ values }: GroupSection, reading: Reading): void {
  const accepted = values.accept === null ? PROTOCOLS : values.accept.map(({ value }) => value);
  const others = [...new Set(accepted.filter((protocol) => protocol !== 'collectd'))];
  if (others.length === 0) return;
  const { values: collectd, offsets, offset } = values.collectd;
  reading.warn(
    offsets.get('security_level') ?? offset,
    `security_level ${collectd.security_level} is of collectd alone: the group takes ${others.join(', ')} ` +
      'from anybody; accept: [collectd] keeps them out',
  );
}

/** The server's own packets are plain, as nobody else's may be there. */
function reportOwnGroup(root: MusterSection, { values }: GroupSection, reading: Reading): void {
  const self = root.values.self_monitor;
  const own = self === undefined ? SELF_MONITOR_DEFAULT.group : self?.values.group;
  if (own === undefined || own !== values.name) return;
  const { offsets, offset } = values.collectd;
  const at = offsets.get('security_level') ?? offset;
  reading.fault(at, `self_monitor sends to group ${reading.quote(own, at)}, and does not sign`, {
    expected: 'self_monitor: with a group of its own',
  });
}
