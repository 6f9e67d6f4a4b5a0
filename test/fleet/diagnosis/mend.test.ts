import { describe, expect, test } from 'vitest';
import { findings, group, heard, hold, host, instance, list, registering, sender } from './evidence.ts';
import type { Evidence } from '../../../src/fleet/diagnosis/scene.ts';

describe('lines to paste', () => {
  test('an instance that was never heard: firewall, address, multicast, in that order', () => {
    const [found] = findings({ instances: [instance()] });
    expect(found?.causes.map((cause) => cause.split(/[:,;]/u)[0])).toEqual([
      'a security group or a firewall blocks UDP 8650',
      'its agent sends to a wrong address or name',
      'a multicast channel is left in gmond.conf',
      'its agent does not run',
    ]);
    expect(found?.mend.lines).toEqual([
      '# the security group of this server',
      'aws ec2 authorize-security-group-ingress --group-id "$SERVER_GROUP" --protocol udp --port 8650 --cidr 10.0.0.7/32',
      '# or the firewall on this server',
      'sudo iptables -I INPUT -p udp --dport 8650 -s 10.0.0.7 -j ACCEPT',
      '# collectd.conf',
      'LoadPlugin network',
      '<Plugin network>',
      '  Server "muster.example.net" "8650"',
      '</Plugin>',
      '# gmond.conf',
      'udp_send_channel {',
      '  host = muster.example.net',
      '  port = 8650',
      '}',
      '# has to find nothing:',
      'grep -n mcast /etc/ganglia/gmond.conf',
    ]);
  });

  test('IPv6 has a firewall of its own', () => {
    const [found] = findings({ instances: [instance({ addresses: ['2001:db8::7'] })] });
    expect(found?.mend.lines[1]).toContain('CidrIpv6=2001:db8::7/128');
    expect(found?.mend.lines[3]).toBe('sudo ip6tables -I INPUT -p udp --dport 8650 -s 2001:db8::7 -j ACCEPT');
  });

  test('who registers gets a key', () => {
    const senders = [sender('10.9.9.9', { reasons: ['unsigned'] })];
    const [open] = findings({ senders, signsIn: false });
    expect(open?.mend.lines).toEqual([
      "curl -sS --fail-with-body 'https://muster.example.net/boot/web' >muster-boot.sh ||",
      '  { cat muster-boot.sh; false; } &&',
      '  sudo sh muster-boot.sh',
    ]);
    // The token is an argument of no command but printf, which is no process.
    const [found] = findings({ senders });
    expect(found?.mend.lines).toEqual([
      '# MUSTER_TOKEN: an enrolment token of the group, exported',
      'printf \'header = "authorization: Bearer %s"\' "$MUSTER_TOKEN" |',
      "  curl -sS --fail-with-body -K - 'https://muster.example.net/boot/web' >muster-boot.sh ||",
      '    { cat muster-boot.sh; false; } &&',
      '    sudo --preserve-env=MUSTER_TOKEN sh muster-boot.sh',
    ]);
  });

  test('the boot script is for the agent that runs there', () => {
    const lines = (given: Partial<Evidence>) => findings(given)[0]?.mend.lines.join('\n') ?? '';
    const reasons = ['truncated'];
    const ofGmond = [sender('10.0.0.7', { reasons, protocols: ['ganglia'] })];
    expect(lines({ instances: [instance()], senders: ofGmond })).toContain("/boot/web?agent=gmond' >");
    const unknown = [sender('10.0.0.7', { reasons, protocols: [] })];
    expect(lines({ instances: [instance()], senders: unknown })).toMatch(
      /^# where gmond runs, ask for \/boot\/web\?agent=gmond\n[^]*\/boot\/web' >/u,
    );
    const only = [group('web', 8650, { accept: ['ganglia'] })];
    expect(lines({ groups: only, instances: [instance()], senders: ofGmond })).not.toContain('?agent');
    const hosts = [...registering.hosts, host('old-1', { address: '127.0.0.1', agent: 'gmond' })];
    expect(lines({ ...registering, hosts })).toContain("?agent=gmond' >");
  });

  test('the wrong port: the right one, in what the agent speaks', () => {
    const senders = [sender('10.0.0.7', { group: 'batch', protocols: ['ganglia'] })];
    const [found] = findings({ instances: [instance()], senders });
    expect(found?.mend.lines).toEqual([
      '# gmond.conf',
      'udp_send_channel {',
      '  host = muster.example.net',
      '  port = 8650',
      '}',
    ]);
  });

  test('where agents sign, the right port comes with a key', () => {
    const collectd = { ...group('web', 1).config.collectd, securityLevel: 'Sign' as const };
    const groups = [group('web', 8650, { collectd }), group('batch', 8651)];
    const senders = [sender('10.0.0.7', { group: 'batch' })];
    const [found] = findings({ groups, instances: [instance()], senders });
    expect(found?.mend.lines.join('\n')).toMatch(/^# on the instance[^]*\/boot\/web' >/u);
  });

  test('an allow is told whole, with the address that is missing', () => {
    const trust = { ...group('web', 1).config.trust, allow: ['10.0.0.0/8', '2001:db8::/32'] };
    const [found] = findings({
      groups: [group('web', 8650, { trust })],
      senders: [sender('192.0.2.1', { reasons: ['not-allowed'] })],
    });
    expect(found?.mend.lines).toEqual(["allow: [10.0.0.0/8, '2001:db8::/32', 192.0.2.1]"]);
  });

  test('names from the network are in no line, and control characters in no word', () => {
    const evil = "x'; rm -rf / #\n\u001b[2J\u202e";
    const told = findings({
      ...registering,
      instances: [heard, instance({ host: evil, instanceId: evil, cluster: 'batch', addresses: [evil] })],
      hosts: [...registering.hosts, host(evil, { address: evil, conflict: evil, skewMs: 1e9 })],
      senders: [sender(evil, { hosts: [evil], reasons: ['unsigned', 'not-allowed', 'spoof-denied', evil] })],
      lists: [list({ name: evil, source: evil, fault: evil, held: hold })],
    });
    expect(new Set(told.map(({ kind }) => kind)).size).toBeGreaterThan(6);
    for (const { what, causes, mend } of told) {
      expect(mend.lines.join('\n')).not.toContain('rm -rf');
      expect([what, ...causes, mend.where, ...mend.lines].join('')).not.toMatch(/\p{C}/u);
    }
  });
});
