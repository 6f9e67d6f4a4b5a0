import { lookup } from 'node:dns/promises';
import { EXIT } from '../ops/exit.ts';
import { usageFault } from './command.ts';
import { readLoadArguments } from './load/arguments.ts';
import { sealOf } from './load/collectd-seal.ts';
import { CollectdTraffic } from './load/collectd-traffic.ts';
import { GmondTraffic } from './load/gmond-traffic.ts';
import { Lanes } from './load/lanes.ts';
import { sendLoad } from './load/send-load.ts';
import { LoadProgress, summaryData, summaryText } from './load/tell.ts';
import { graphiteTraffic, statsdTraffic } from './load/text-traffic.ts';
import { failedBy } from './settings.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { Command, CommandContext } from './command.ts';
import type { LoadArguments } from './load/arguments.ts';
import type { Traffic } from './load/traffic.ts';

export const load: Command = {
  name: 'load',
  summary: 'sends what a fleet would, to see how a server takes it',
  usage: `Usage: muster load --protocol P --target HOST:PORT [flags]

Sends what a fleet of hosts would, by UDP, as evenly as this machine can: every host's metrics once an
interval, levels that swing and totals that grow. Prints what went out, and what did not. The hosts are
called load-0000 and so on, and stay on the page until they have expired.

  --protocol P        collectd, ganglia, statsd or graphite
  --target HOST:PORT  where a group listens
  --ports N           spread the hosts over N groups on consecutive ports (default: 1)
  --hosts N           (default: 100)
  --metrics M         values of a host each interval (default: 20)
  --interval S        seconds, or a time as 500ms, 10s, 1m (default: 10)
  --rate V            values a second instead; hosts then have their turns as often as that needs
  --duration S        as the interval (default: 60)
  --sources N         send from N addresses, 127.0.1.1 and on, to a target on this machine (default: 1)
  --user NAME         collectd: sign as this user of the group's auth_file
  --password-file F   collectd: the user's password, the first line of F
  --security-level L  collectd: Sign or Encrypt (default: Sign)
  --json              print the summary as data

Values of one series within a second replace one another in the server: with a --rate above one turn a
second, more hosts are a truer load. statsd's lines name their host in the tag "host". Graphite's paths
are servers.HOST.METRIC: the group needs "graphite_template: servers.{host}.{metric}", or all is one host's.

Exit code: 0 done, or ended by Ctrl-C; 1 datagrams were refused; 2 wrong usage.
`,
  async run(args, context) {
    const read = readLoadArguments(args, context);
    if (!read.ok) return usageFault('load', read.fault, context);
    try {
      return await send(read.value, context);
    } catch (error) {
      return failedBy(error, context);
    }
  },
};

async function send(asked: LoadArguments, context: CommandContext): Promise<ExitCode> {
  const { out, err, signals } = context;
  // The sources are addresses of IPv4.
  const { address } = await lookup(asked.host, asked.sources > 1 ? { family: 4 } : {});
  using lanes = await Lanes.open({ ...asked, address });
  const progress = new LoadProgress(err, asked.durationMs);
  using interrupted = interruption(signals);
  const outcome = await sendLoad({
    traffic: trafficOf(asked),
    lanes,
    valuesPerS: asked.valuesPerS,
    durationMs: asked.durationMs,
    nowMs: () => context.nowMs(),
    ticksMs: () => performance.now(),
    signal: interrupted.signal,
    onTurn: (elapsedMs) => progress.at(elapsedMs, lanes.sent),
  });
  progress.end();
  out.write(
    asked.json
      ? `${JSON.stringify(summaryData(asked, outcome, lanes.sent), null, 2)}\n`
      : summaryText(asked, outcome, lanes.sent),
  );
  const { failed, refused } = lanes.sent;
  return failed.size + refused.size === 0 ? EXIT.done : EXIT.failed;
}

function trafficOf({ protocol, fleet, seal }: LoadArguments): Traffic {
  switch (protocol) {
    case 'collectd':
      return new CollectdTraffic(fleet, seal === undefined ? undefined : sealOf(seal));
    case 'ganglia':
      return new GmondTraffic(fleet);
    case 'statsd':
      return statsdTraffic(fleet);
    case 'graphite':
      return graphiteTraffic(fleet);
  }
}

/** Aborts at Ctrl-C or SIGTERM, so that the summary still comes. */
function interruption(signals: CommandContext['signals']): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const end = () => controller.abort();
  signals.on('SIGINT', end);
  signals.on('SIGTERM', end);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      signals.off('SIGINT', end);
      signals.off('SIGTERM', end);
    },
  };
}
