import { startPlugin } from '../runner/plugin-process.ts';
import type { FromPluginHost, ToPluginHost } from '../runner/plugin-messages.ts';
import type { StartedPlugin } from '../runner/plugin-process.ts';

/**
 * The process that starts plugins (src/runner/hosted-plugins.ts). It is small, knows nothing, and ends with
 * the server however that ends: what it has started goes first.
 */

const started = new Map<number, StartedPlugin>();
let isAlone = false;

const say = (message: FromPluginHost) => {
  if (!isAlone) process.send?.(message, undefined, undefined, () => undefined);
};

function start({ id, command, timeoutMs, input }: ToPluginHost & { kind: 'start' }): void {
  const plugin = startPlugin(command, timeoutMs, input);
  started.set(id, plugin);
  const { group } = plugin;
  if (group !== undefined) say({ kind: 'started', id, group });
  void plugin.ended.then((end) => {
    started.delete(id);
    say({ kind: 'ended', id, end });
    void plugin.gone.then(() => say({ kind: 'gone', id }));
  });
}

process.on('message', (message: ToPluginHost) => {
  if (message.kind === 'start') start(message);
  else started.get(message.id)?.kill();
});

process.on('disconnect', () => {
  isAlone = true;
  for (const plugin of started.values()) plugin.kill();
  void Promise.all(Array.from(started.values(), ({ ended }) => ended)).then(() => process.exit(0));
});

// The server decides when it ends, whoever else is told to.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
