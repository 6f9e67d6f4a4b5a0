import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Agents } from './agents.ts';
import { launch } from './browser.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server } from './server.ts';
import type { Browser } from 'playwright-core';

interface Setting {
  /** Names of groups, each on a port of its own. */
  readonly groups: readonly string[];
  /** Services, as a file of checks has them. */
  readonly services?: readonly string[];
  /** More of muster.yaml. */
  readonly more?: string;
  /** Files beside muster.yaml, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

interface Parts {
  readonly dir: string;
  /** muster.yaml. */
  readonly file: string;
  readonly browser: Browser;
  readonly agents: ReadonlyMap<string, Agents>;
  readonly start: () => Promise<Server>;
}

/** What the tests of a file share: a server on real files, agents for each of its groups, and a browser. */
export class Stage implements AsyncDisposable {
  readonly dir: string;
  readonly file: string;
  readonly browser: Browser;
  server: Server;
  readonly #parts: Parts;
  readonly #props: AsyncDisposableStack;

  private constructor(props: AsyncDisposableStack, server: Server, parts: Parts) {
    this.dir = parts.dir;
    this.file = parts.file;
    this.browser = parts.browser;
    this.server = server;
    this.#parts = parts;
    this.#props = props;
  }

  static async set(setting: Setting): Promise<Stage> {
    await using props = new AsyncDisposableStack();
    const { dir } = props.use(scratch());
    for (const [path, text] of filesOf(setting)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    const http = await freeTcpPort();
    const ports = new Map<string, number>();
    for (const name of setting.groups) ports.set(name, await freeUdpPort());
    const file = configure(dir, configuration(http, ports, setting));
    const agents = new Map<string, Agents>();
    for (const [name, port] of ports) agents.set(name, props.use(await Agents.on(port)));
    const start = () => Server.start(file, http, setting.flags);
    const server = props.use(await start());
    const browser = await launch();
    props.defer(() => browser.close());
    return new Stage(props.move(), server, { dir, file, browser, agents, start });
  }

  get url(): string {
    return this.server.url;
  }

  agents(group: string): Agents {
    const agents = this.#parts.agents.get(group);
    if (!agents) throw new Error(`no group ${group}`);
    return agents;
  }

  /** Once it has ended: the same server again, on the same ports and files. */
  async restart(): Promise<void> {
    this.server = this.#props.use(await this.#parts.start());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#props.disposeAsync();
  }
}

function filesOf({ services = [], files = {} }: Setting): [string, string][] {
  const checks = `services:\n${services.map((service) => `  - ${service}\n`).join('')}`;
  return [
    ...Object.entries(files),
    ...(services.length > 0 ? [['checks.yaml', checks] as [string, string]] : []),
  ];
}

function configuration(http: number, ports: ReadonlyMap<string, number>, setting: Setting): string {
  const { services = [], more = '' } = setting;
  const groups = [...ports].map(([name, port]) => `  - { name: ${name}, listen: "127.0.0.1:${port}" }\n`);
  return `data_dir: ./data
http: { listen: "127.0.0.1:${http}" }
self_monitor: off
groups:
${groups.join('')}checks: [${services.length > 0 ? 'checks.yaml' : ''}]
${more}`;
}
