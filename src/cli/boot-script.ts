import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseToken } from '../access/secret.ts';
import { AGENT_PROTOCOLS, agentsOf } from '../boot/agent-config.ts';
import { BOOT_FORMATS, bootScript } from '../boot/boot-script.ts';
import { isLoopbackName, registerUrls } from '../boot/servers.ts';
import { nearest } from '../model/nearest.ts';
import { EXIT } from '../ops/exit.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { checkEmbedded } from './embedded-token.ts';
import { failed, loadSettings } from './settings.ts';
import type { BootAgent } from '../boot/agent-config.ts';
import type { BootFormat } from '../boot/boot-script.ts';
import type { GroupConfig, MusterConfig } from '../contract/config.ts';
import type { Command, CommandContext } from './command.ts';

const FLAGS = {
  group: 'string',
  agent: 'string',
  format: 'string',
  'token-file': 'string',
  config: 'string',
} as const;
type Flags = ReadonlyMap<string, string | true>;

/** What an instance runs at its first boot, without asking a running server. */
export const bootScriptCommand: Command = {
  name: 'boot-script',
  summary: 'what an instance runs at its first boot, to register and to report',
  usage: `Usage: muster boot-script --group G [--agent gmond|collectd] [--format sh|cloud-init|puppet]
                          [--token-file FILE] [--config FILE]

Prints what an instance runs at its first boot: it registers, configures and starts its agent, and says
when it leaves. A running server answers the same, without a token, at /boot/G.

  --group G          the group it registers in
  --agent A          gmond or collectd (default: collectd, where the group takes it)
  --format F         sh: a script, to run as root; cloud-init: user data, at most 16 KB; puppet: a
                     manifest with one class (default: sh)
  --token-file FILE  a file with an enrolment token of the group, to embed: whoever reads the output
                     can register instances. No other token is taken, as far as data_dir knows it.
                     Without it the instance has the token in MUSTER_TOKEN or in /etc/muster/token
  --config FILE      the configuration (default: muster.yaml)

Exit code: 0 done, 1 failed, 2 wrong usage.
`,
  run(args, context) {
    const read = readArguments(args, { flags: FLAGS });
    if (!read.ok) return Promise.resolve(usageFault('boot-script', read.fault, context));
    const wish = readWish(read.flags);
    if (typeof wish === 'string') return Promise.resolve(usageFault('boot-script', wish, context));
    const config = loadSettings(textFlag(read.flags, 'config'), context);
    if (config === undefined) return Promise.resolve(EXIT.failed);
    const made = make(wish, config, context);
    if (typeof made === 'string') return Promise.resolve(failed(made, context));
    context.out.write(made.script);
    return Promise.resolve(EXIT.done);
  },
};

interface Wish {
  readonly group: string;
  readonly agent: BootAgent | undefined;
  readonly format: BootFormat;
  readonly tokenFile: string | undefined;
}

/** The wish, or what is wrong with it. */
function readWish(flags: Flags): Wish | string {
  const group = textFlag(flags, 'group');
  if (group === undefined) return '"--group" is missing: the group that the instance registers in';
  const agent = choice(flags, 'agent', ['collectd', 'gmond'] as const);
  if (agent !== undefined && !agent.ok) return agent.fault;
  const format = choice(flags, 'format', BOOT_FORMATS);
  if (format !== undefined && !format.ok) return format.fault;
  return {
    group,
    agent: agent?.value,
    format: format?.value ?? 'sh',
    tokenFile: textFlag(flags, 'token-file'),
  };
}

type Choice<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

function choice<T extends string>(flags: Flags, name: string, known: readonly T[]): Choice<T> | undefined {
  const written = textFlag(flags, name);
  if (written === undefined) return undefined;
  const value = known.find((one) => one === written);
  if (value !== undefined) return { ok: true, value };
  const meant = nearest(written, known);
  const hint = meant === undefined ? `expected ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { ok: false, fault: `"--${name}" ${JSON.stringify(written)} is not known; ${hint}` };
}

/** The script, or why there is none. */
function make(
  { group: name, agent: wanted, format, tokenFile }: Wish,
  { groups, http, boot, file, dataDir }: MusterConfig,
  context: CommandContext,
): { readonly script: string } | string {
  const group = groups.find((one) => one.name === name);
  if (group === undefined) {
    const names = groups.map((one) => one.name);
    const meant = nearest(name, names);
    const hint = meant === undefined ? `known are ${names.join(', ')}` : `did you mean "${meant}"?`;
    return `no group ${JSON.stringify(name)} in ${file}; ${hint}`;
  }
  const agent = agentFor(group, wanted);
  if (!agent.ok) return agent.fault;
  const port = group.listen[0]?.port ?? 0;
  if (port === 0) {
    return `the group ${name} listens on a port that is another one at each start: give it one in ${file}`;
  }
  const wish =
    tokenFile === undefined ? null : { file: resolve(context.cwd, tokenFile), group: name, dataDir };
  const token = wish && embeddable(wish, context);
  if (token !== null && !token.ok) return token.fault;
  if (boot.servers.some(isLoopbackName)) {
    const cure = 'set http.public_url to an address by which instances reach the server';
    context.err.write(
      `muster: instances are told ${boot.servers.join(', ')}, which is themselves; ${cure}\n`,
    );
  }
  const urls = registerUrls(http.publicUrl, boot.servers);
  return {
    script: bootScript({ format, group: name, agent: agent.value, urls, port, token: token?.value ?? null }),
  };
}

function agentFor({ name, accept }: GroupConfig, wanted: BootAgent | undefined): Choice<BootAgent> {
  const taken = agentsOf(accept);
  const agent = wanted ?? taken[0];
  if (agent === undefined) return { ok: false, fault: `the group ${name} takes neither collectd nor gmond` };
  if (taken.includes(agent)) return { ok: true, value: agent };
  const cure = `add ${AGENT_PROTOCOLS[agent]} to its accept`;
  return { ok: false, fault: `the group ${name} does not take ${agent}; ${cure}` };
}

/** The token of a file, if nothing that is known of it forbids to embed it. */
function embeddable(
  { file, group, dataDir }: { readonly file: string; readonly group: string; readonly dataDir: string },
  context: CommandContext,
): Choice<string> {
  const read = readToken(file);
  if (!read.ok) return read;
  const check = checkEmbedded({ text: read.value, file, group }, dataDir, context);
  if (check.kind === 'refused') return { ok: false, fault: check.fault };
  if (check.kind === 'unchecked') {
    const care = `make sure that it is an enrolment token of the group ${group}`;
    context.err.write(`muster: the token is embedded unchecked: ${check.why}; ${care}\n`);
  }
  return read;
}

/** Its content never stands in a fault. */
function readToken(file: string): Choice<string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : String(error) };
  }
  if (parseToken(text) !== undefined) return { ok: true, value: text };
  const cure = 'script/muster token create --role enrol --group G prints one';
  return { ok: false, fault: `${file} holds no token; ${cure}` };
}
