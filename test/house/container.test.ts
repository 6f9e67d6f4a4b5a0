import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../src/cli/run.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { fakeContext } from '../cli/context.ts';
import { folderWith } from '../config/folder.ts';
import { ROOT, filesBelow, text } from './tree.ts';

// Few machines that run these tests have a container engine: here is what can be seen without one.

interface Service {
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly read_only: boolean;
  readonly user?: string;
  readonly privileged?: boolean;
}

interface Beside {
  readonly profiles: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly command?: readonly string[];
}

const COMPOSE: {
  readonly services: {
    readonly muster: Service;
    readonly influxdb: Beside;
    readonly victoriametrics: Beside;
  };
  readonly volumes: object;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
} = parse(text('docker-compose.yml'));
const { muster, influxdb, victoriametrics } = COMPOSE.services;
const DOCKERFILE = text('Dockerfile');

/** The arguments of an instruction's last use, continuation lines joined. */
function instruction(name: string): string {
  const joined = DOCKERFILE.replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].at(-1)?.[1] ?? '';
}

/** `127.0.0.1:8600:8600/tcp` or a range of ports, as the container's ports of one protocol. */
function publishedPorts(protocol: 'tcp' | 'udp'): number[] {
  return muster.ports
    .filter((port) => port.endsWith(`/${protocol}`))
    .flatMap((port) => {
      const [first = 0, last = first] = (/([\d-]+)\/\w+$/.exec(port)?.[1] ?? '').split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** The container's configuration, with what the image holds taken from the repository. */
function containerConfig() {
  const shipped = ['checks', 'dashboards'].flatMap(filesBelow).map((path) => [path, text(path)] as const);
  const yaml = text('docker/muster.yaml').replaceAll('/opt/muster/', '');
  using folder = folderWith({ 'muster.yaml': yaml, ...Object.fromEntries(shipped) });
  return loadConfig({ env: {}, cwd: folder.path });
}

test('the configuration is valid and asks for credentials', () => {
  const loaded = containerConfig();
  expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([]);
  expect(loaded.warnings).toEqual([]);
  expect(loaded.ok && loaded.config.auth).toEqual({ mode: 'users' });
});

test('every port of the configuration is published and exposed', () => {
  const loaded = containerConfig();
  if (!loaded.ok) throw new Error('not valid');
  const { http, groups } = loaded.config;
  const udp = groups.flatMap(({ listen }) => listen.map(({ port }) => port)).filter((port) => port !== 0);
  expect(udp.length).toBeGreaterThan(0);
  expect(udp.filter((port) => !publishedPorts('udp').includes(port))).toEqual([]);
  expect(publishedPorts('tcp')).toEqual([http.listen.port]);
  expect(instruction('EXPOSE')).toBe(`${http.listen.port}/tcp 8630-8639/udp`);
  expect(publishedPorts('udp')).toEqual(Array.from({ length: 10 }, (_, i) => 8630 + i));
});

test('the page is published on loopback, as `i_know` in the configuration says', () => {
  expect(muster.ports.filter((port) => port.endsWith('/tcp'))).toEqual(['127.0.0.1:8600:8600/tcp']);
});

test('data_dir is the volume, and the configuration is read-only', () => {
  const loaded = containerConfig();
  const dataDir = loaded.ok ? loaded.config.dataDir : '';
  expect(instruction('VOLUME')).toBe(dataDir);
  expect(muster.volumes).toEqual([`data:${dataDir}`, './docker:/etc/muster:ro']);
  expect(COMPOSE.volumes).toMatchObject({ data: null });
  expect(instruction('CMD')).toContain('"/etc/muster/muster.yaml"');
  expect(instruction('WORKDIR')).toBe('/etc/muster');
});

test('it runs with no right it does not need', () => {
  expect(instruction('USER')).toBe('muster');
  expect(muster).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  });
  expect(muster.user).toBeUndefined();
  expect(muster.privileged).toBeUndefined();
  expect(muster.tmpfs.map((mount) => mount.split(':')[0])).toEqual(['/tmp']);
});

test.for([
  { name: 'influxdb', service: influxdb, port: '127.0.0.1:8086:8086/tcp' },
  { name: 'victoriametrics', service: victoriametrics, port: '127.0.0.1:8428:8428/tcp' },
])('$name starts when asked for, on loopback, its data on volumes', ({ name, service, port }) => {
  expect(service.profiles).toEqual([name]);
  expect(service.ports).toEqual([port]);
  expect(service.volumes.length).toBeGreaterThan(0);
  const volumes = service.volumes.map((volume) => volume.split(':')[0] ?? '');
  expect(volumes.filter((volume) => !(volume in COMPOSE.volumes))).toEqual([]);
});

test('VictoriaMetrics has what a replay needs', () => {
  expect(victoriametrics.command).toContain('-dedup.minScrapeInterval=1ms');
});

test('secrets of InfluxDB are neither committed nor built into an image', () => {
  const files = Object.values(COMPOSE.secrets).map(({ file }) => file);
  expect(files.filter((file) => !file.startsWith('./docker/influxdb/'))).toEqual([]);
  expect(text('.gitignore')).toMatch(/^docker\/influxdb\/$/m);
  expect(text('.dockerignore')).toMatch(/^docker\/influxdb$/m);
});

test('keys of TLS are neither committed nor built into an image', () => {
  expect(text('.gitignore')).toMatch(/^docker\/tls\/$/m);
  expect(text('.dockerignore')).toMatch(/^docker\/tls$/m);
});

test.for([
  { name: 'ENTRYPOINT', words: instruction('ENTRYPOINT') },
  { name: 'HEALTHCHECK', words: instruction('HEALTHCHECK').replace(/^.*CMD /, '') },
])('$name starts a file of the repository', ({ words }) => {
  const [program = '']: string[] = JSON.parse(words);
  expect(program).toMatch(/^\/opt\/muster\//);
  expect(existsSync(join(ROOT, program.replace('/opt/muster/', '')))).toBe(true);
});

test('the commands that the image and its comments name are there', async () => {
  const [command = '']: string[] = JSON.parse(instruction('CMD'));
  for (const args of [[command], ['health'], ['user', 'add']]) {
    const { context } = fakeContext(ROOT);
    expect(await runCli([...args, '--help'], context)).toBe(0);
  }
});

test('what is copied by name is there', () => {
  const copies = DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm);
  const sources = [...copies].flatMap(([, from]) => (from ?? '').split(' '));
  expect(sources.length).toBeGreaterThan(2);
  expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
