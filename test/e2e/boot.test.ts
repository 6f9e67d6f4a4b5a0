import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootScript } from '../../src/boot/boot-script.ts';
import { isDrawn, Machine, Metadata, noMachines } from './machine.ts';
import { configure, freeTcpPort, freeUdpPort, ROOT, run, scratch, Server, until } from './server.ts';
import type { HostView, SeriesAnswer } from '../../src/contract/api.ts';
import type { Program } from './server.ts';

const reason = noMachines();
const CLOUD = {
  'instance-id': 'i-0abc',
  'local-hostname': 'web-1.internal',
  'placement/availability-zone': 'eu-west-1a',
  'placement/region': 'eu-west-1',
  'tags/instance': 'Name\nrole\nno such tag',
  'tags/instance/Name': 'the "first" \\ $HOME `id` ü',
  'tags/instance/role': 'front',
};

/**
 * The true boot scripts, in machines of their own, against a true Muster that knows people and tokens, with
 * Debian's own collectd and gmond. What is one test's result is the next one's beginning.
 */
describe.skipIf(reason !== undefined)(`instances that boot (${reason ?? 'in namespaces'})`, () => {
  const resources = new AsyncDisposableStack();
  let dir: string;
  let file: string;
  let server: Server;
  let viewer: string;
  let web: Machine;
  let grid: Machine;
  let cloud: Metadata;
  let nowhere: Metadata;
  /** The script of `web`, as it tries while no server runs. */
  let booting: Program;
  const tokens = new Map<string, string>();

  async function muster(...args: string[]): Promise<string> {
    const { code, out, err } = await run(join(ROOT, 'script/muster'), [...args, '--config', file]);
    if (code !== 0) throw new Error(`muster ${args.join(' ')}: ${err}`);
    return out;
  }

  /** A program that stands before the system's of the same name. */
  function shim(name: string, text: string): void {
    mkdirSync(join(dir, 'shims'), { recursive: true });
    writeFileSync(join(dir, 'shims', name), `#!/bin/sh\n${text}`, { mode: 0o755 });
  }
  const withShims = () => ({ PATH: `${join(dir, 'shims')}:${process.env.PATH}` });

  function ask(path: string, token = viewer): Promise<Response> {
    return fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  }

  function hostIn(cluster: string, name: string, state: string): Promise<HostView> {
    return until(`${name} of ${cluster} ${state}`, async () => {
      const found = await ask(`/api/v1/hosts/${encodeURIComponent(cluster)}/${name}`);
      const view = found.ok ? ((await found.json()) as HostView) : undefined;
      return view?.state === state ? view : undefined;
    });
  }

  /** When its first value can be drawn. */
  function firstValue(cluster: string, metric: string): Promise<true> {
    const query = new URLSearchParams({ cluster, metric, from: '-5m', to: 'now' });
    return until(`${metric} of ${cluster}`, async () => {
      const found = await ask(`/api/v1/series?${query.toString()}`);
      return found.ok && isDrawn((await found.json()) as SeriesAnswer) ? true : undefined;
    });
  }

  /** Runs what `ExecStart` or `ExecStop` of the unit says, as systemd would. */
  async function unit(
    machine: Machine,
    key: 'ExecStart' | 'ExecStop',
    env: NodeJS.ProcessEnv,
  ): Promise<string> {
    const { out } = await machine.run('cat /etc/systemd/system/muster-instance.service');
    const line = new RegExp(`^${key}=(/.*)$`, 'm').exec(out)?.[1] ?? 'false';
    const { code, err } = await machine.run(`exec ${line}`, env);
    expect(code, err).toBe(0);
    return err;
  }

  beforeAll(async () => {
    ({ dir } = resources.use(scratch()));
    const [http, signed, plain] = [await freeTcpPort(), await freeUdpPort(), await freeUdpPort()];
    file = configure(
      dir,
      `data_dir: ${join(dir, 'data')}
checks: []
http: { listen: "127.0.0.1:${http}", public_url: "http://127.0.0.1:${http}" }
auth: { mode: users }
self_monitor: off
boot: { servers: [localhost, 127.0.0.1], interval: 1s }
groups:
  - { name: "web's", listen: "127.0.0.1:${signed}", accept: [collectd], collectd: { security_level: Sign } }
  - { name: grid, listen: "127.0.0.1:${plain}", accept: [ganglia] }
`,
    );
    const create = async (...role: string[]) => (await muster('token', 'create', '--role', ...role)).trim();
    viewer = await create('viewer');
    for (const group of ["web's", 'grid']) tokens.set(group, await create('enrol', '--group', group));
    cloud = resources.use(await Metadata.start(CLOUD));
    nowhere = resources.use(await Metadata.start({}));
    web = resources.use(await Machine.start('web-1', dir));
    grid = resources.use(await Machine.start('grid-1', dir));
    shim('curl', `echo "$*" >>${join(dir, 'argv')}\nexec /usr/bin/curl "$@"\n`);
    writeFileSync(join(dir, 'boot.sh'), await muster('boot-script', '--group', "web's"));
    const env = { ...withShims(), MUSTER_METADATA_URL: cloud.url, MUSTER_TOKEN: tokens.get("web's") };
    booting = resources.use(web.program(`exec dash ${join(dir, 'boot.sh')}`, env));
    await until('a first try', async () => (booting.err.includes(': 000 ') ? true : undefined));
    server = resources.use(await Server.start(file, http));
  });
  afterAll(() => resources.disposeAsync());

  test('a script older than its server gets through; its collectd signs; no process shows the token', async () => {
    const { code, err } = await booting.ended;
    expect(err).toMatch(/registered as web-1 \(i-0abc\) at http:/);
    expect(code).toBe(0);
    await firstValue("web's", 'load/load:shortterm');
    const { registered, facts } = await hostIn("web's", 'web-1', 'UP');
    expect(registered).toBe(true);
    const own = { instance_id: 'i-0abc', zone: 'eu-west-1a', region: 'eu-west-1' };
    expect(facts).toMatchObject({ ...own, role: 'front', Name: CLOUD['tags/instance/Name'] });
    const argv = readFileSync(join(dir, 'argv'), 'utf8');
    expect(argv).toContain('/api/v1/register');
    expect(argv + err).not.toContain(tokens.get("web's"));
  });

  test('gmond, from /boot, with wget and busybox, after a package manager that was busy', async () => {
    const token = tokens.get('grid') ?? '';
    const script = await ask('/boot/grid', token);
    expect(script.headers.get('content-type')).toBe('text/x-shellscript; charset=utf-8');
    writeFileSync(join(dir, 'grid.sh'), await script.text());
    shim(
      'apt-get',
      `[ "$1" = install ] || exit 100
[ -e /run/tried ] || { touch /run/tried; exit 100; }
umount /usr/sbin/gmond\n`,
    );
    await grid.run(`mount --bind /dev/null /usr/bin/curl; mount --bind /dev/null /usr/sbin/gmond
mkdir /etc/muster; umask 077; echo ${token} >/etc/muster/token`);
    const shell = existsSync('/usr/bin/busybox') ? 'busybox sh' : 'sh';
    const env = { MUSTER_METADATA_URL: nowhere.url, ...withShims() };
    rmSync(join(dir, 'shims/curl'));
    const { code, err } = await grid.run(`${shell} ${join(dir, 'grid.sh')}`, env);
    expect(code, err).toBe(0);
    await firstValue('grid', 'load_one');
    const { facts, instance } = await hostIn('grid', 'grid-1', 'UP');
    expect(facts.instance_id).toBe('grid-1');
    expect(instance?.known_by).toEqual(['registration']);
  });

  test.for([
    { agent: 'collectd', conf: '/etc/collectd/collectd.conf' },
    { agent: 'gmond', conf: '/etc/ganglia/gmond.conf' },
  ])('$agent: a second run changes nothing', async ({ agent, conf }) => {
    const [machine, script, { url }] =
      agent === 'gmond' ? [grid, 'grid.sh', nowhere] : [web, 'boot.sh', cloud];
    const state = () =>
      machine.run(`stat -c '%n %a %Y %i' ${conf} /etc/muster/token /etc/systemd/system/muster* \\
/usr/local/sbin/muster-instance; pgrep -x ${agent}`);
    const before = await state();
    expect(before.out).toMatch(agent === 'gmond' ? /gmond.conf 644 / : /collectd.conf 600 /);
    expect(before.out).toContain('/etc/muster/token 600 ');
    const { code, err } = await machine.run(`sh ${join(dir, script)}`, { MUSTER_METADATA_URL: url });
    expect([code, err]).toEqual([0, expect.stringMatching(/^muster: registered as \S+ \(\S+\) at \S+\n$/)]);
    expect(await state()).toEqual(before);
  });

  test.for(['collectd', 'gmond'] as const)(
    '%s follows a server whose address has changed, and only then is started anew',
    async (agent) => {
      const [machine, conf] =
        agent === 'gmond' ? [grid, '/etc/ganglia/gmond.conf'] : [web, '/etc/collectd/collectd.conf'];
      const refresh = async (change: string) => {
        const { err } = await machine.run(`${change}; muster-instance refresh; pgrep -x ${agent} >&2`);
        return err.split('\n');
      };
      const names = async () =>
        (await machine.run(`sed -n '/^# [^ ]* is at /p; /^# [^ ]* is another /p' ${conf}`)).out;
      const [pid = ''] = await refresh(':');
      expect(pid).toMatch(/^\d+$/);
      expect(await names()).toBe(
        `# localhost is at 127.0.0.1 \n# 127.0.0.1 is another name for 127.0.0.1 \n`,
      );
      // Nobody knows any name: that is no reason to stop sending.
      expect(await refresh('echo hosts: files >/etc/nsswitch.conf; : >/etc/hosts')).toEqual([pid, '']);
      const [said, another] = await refresh('echo 127.0.0.2 localhost >/etc/hosts');
      expect(said).toBe(`muster: ${agent} started with ${conf}`);
      expect(another).not.toBe(pid);
      expect(await names()).toBe(`# localhost is at 127.0.0.2 \n# 127.0.0.1 is at 127.0.0.1 \n`);
      expect((await machine.run(`grep ResolveInterval ${conf}`)).code).toBe(1);
    },
  );

  test('scaled in, it leaves with the reason; started again, it is back', async () => {
    cloud.values.set('autoscaling/target-lifecycle-state', 'Terminated');
    const env = { MUSTER_METADATA_URL: cloud.url };
    expect(await unit(web, 'ExecStop', env)).toBe('muster: deregistered: scale-in\n');
    const retired = await hostIn("web's", 'web-1', 'RETIRED');
    expect(retired.retired_reason).toBe('deregistered: scale-in');
    // Once more, as when a machine goes down that said so before.
    expect(await unit(web, 'ExecStop', env)).toBe('muster: not registered since the start\n');
    await unit(web, 'ExecStart', env);
    await hostIn("web's", 'web-1', 'UP');
  });

  test.for([
    {
      name: 'a token of nobody',
      token: `muster_aaaaaaaa_${'x'.repeat(43)}`,
      says: /401 .*credentials_refused/,
    },
    { name: "another group's token", token: 'grid', says: /403 .*group_refused/ },
    { name: 'no token at all', token: '', says: /401 .*sign_in_needed/ },
  ])('$name: it ends at once, says why, and leaves the agent alone', async ({ token: said, says }) => {
    const token = tokens.get(said) ?? said;
    const line = 'rm /etc/muster/token; muster-instance register; code=$?; pgrep -x collectd; exit $code';
    const { code, out, err } = await web.run(line, { MUSTER_METADATA_URL: cloud.url, MUSTER_TOKEN: token });
    expect(code).toBe(1);
    expect(out).not.toBe('');
    expect(err).toMatch(says);
    if (token !== '') expect(err).not.toContain(token);
  });

  test.for([
    {
      release: '2023',
      agent: 'collectd',
      does: ['dnf install -y -q collectd', 'dnf install -y -q collectd-disk'],
      says: /^muster: registered as /,
    },
    {
      release: '2',
      agent: 'gmond',
      does: ['amazon-linux-extras install -y epel', 'dnf install -y -q ganglia-gmond'],
      says: /^muster: registered as /,
    },
    { release: '2023', agent: 'gmond', does: [], says: /^muster: Amazon Linux 2023 has no package of gmond/ },
  ] as const)('Amazon Linux $release installs $agent: $does', async ({ release, agent, does, says }) => {
    const group = agent === 'gmond' ? 'grid' : "web's";
    await using machine = await Machine.start(`amzn-${agent}-${release}`, dir);
    const log = join(dir, `amzn-${agent}-${release}.log`);
    writeFileSync(log, '');
    const noted = `echo "$(basename "$0") $*" >>${log}\n`;
    shim('dnf', `${noted}umount /usr/sbin/${agent} 2>/dev/null || :\n`);
    shim('amazon-linux-extras', noted);
    const wish = { group, agent, urls: [server.url], port: null, token: null } as const;
    writeFileSync(join(dir, 'amzn.sh'), bootScript({ ...wish, format: 'sh' }));
    await machine.run(`for gone in /usr/bin/apt-get /usr/sbin/${agent}; do mount --bind /dev/null $gone; done
rm -f /etc/os-release; printf 'ID="amzn"\\nVERSION_ID="${release}"\\n' >/etc/os-release; rm ${join(dir, 'shims/apt-get')}`);
    const env = { ...withShims(), MUSTER_METADATA_URL: nowhere.url, MUSTER_TOKEN: tokens.get(group) };
    const { code, err } = await machine.run(`sh ${join(dir, 'amzn.sh')}`, env);
    expect(err).toMatch(says);
    expect(code).toBe(does.length > 0 ? 0 : 1);
    expect(readFileSync(log, 'utf8').trim().split('\n').filter(Boolean)).toEqual(does);
  });
});
