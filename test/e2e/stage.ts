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

/** What the tests of a file share: a server on real files, agents for each of its groups, and a browser. */
export class Stage implements AsyncDisposable {
  readonly dir: string;
  readonly file: string;
  readonly browser: Browser;
  server: Server;
  readonly #http: number;
  readonly #agents: ReadonlyMap<string, Agents>;
  readonly #props: AsyncDisposableStack;

  private constructor(props: AsyncDisposableStack, parts: Parts) {
    this.#props = props;
    this.dir = parts.dir;
    this.file = parts.file;
    this.browser = parts.browser;
    this.server = parts.server;
    this.#http = parts.http;
    this.#agents = parts.agents;
  }

  static async set(setting: Setting): Promise<Stage> {
    await using props = new AsyncDisposableStack();
    const { dir } = props.use(scratch());
    const services = setting.services?.map((service) => `  - ${service}\n`) ?? [];
    const files = { 'checks.yaml': `services:\n${services.join('')}`, ...setting.files };
    for (const [path, text] of Object.entries(services.length > 0 ? files : (setting.files ?? {}))) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    const http = await freeTcpPort();
    const ports = new Map<string, number>();
    for (const name of setting.groups) ports.set(name, await freeUdpPort());
    const file = configure(dir, configuration(http, ports, setting));
    const agents = new Map<string, Agents>();
    for (const [name, port] of ports) agents.set(name, props.use(await Agents.on(port)));
    const server = await Server.start(file, http, setting.flags);
    const browser = await launch();
    props.defer(() => browser.close());
    const stage = new Stage(props.move(), { dir, file, http, server, browser, agents });
    return stage;
  }

  get url(): string {
    return this.server.url;
  }

  agents(group: string): Agents {
    const agents = this.#agents.get(group);
    if (!agents) throw new Error(`no group ${group}`);
    return agents;
  }

  /** The same server again, on the same ports and files. */
  async restart(): Promise<void> {
    this.server = await Server.start(this.file, this.#http);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.#props.disposeAsync();
  }
}

interface Parts {
  readonly dir: string;
  readonly file: string;
  readonly http: number;
  readonly server: Server;
  readonly browser: Browser;
  readonly agents: ReadonlyMap<string, Agents>;
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
