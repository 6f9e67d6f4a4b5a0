import type { AlertsConfig, ChannelConfig, HandlerConfig } from '../contract/alerts.ts';

/** Alerts as everybody who may see the configuration sees them: who is told by which way, and no secret. */
export function shownAlerts(alerts: AlertsConfig): unknown {
  const { receivers, handlers, watcher, ...rest } = alerts;
  const { heartbeat } = watcher;
  return {
    ...rest,
    receivers: receivers.map((one) => ({ ...one, channels: one.channels.map(shownChannel) })),
    handlers: handlers.map(shownHandler),
    watcher: { ...watcher, heartbeat: heartbeat && { ...heartbeat, url: originOf(heartbeat.url) } },
  };
}

/** Names of the user's stand in lists: keys of what is shown are in the file's words. */
function shownChannel(channel: ChannelConfig): unknown {
  switch (channel.kind) {
    case 'email':
      return channel;
    case 'webhook':
    case 'slack':
      return { ...channel, url: originOf(channel.url) };
    case 'pagerduty': {
      const { routingKey, ...rest } = channel;
      return { ...rest, url: originOf(channel.url), routingKey: routingKey === null ? null : NOT_SHOWN };
    }
    case 'alertmanager':
      return { ...channel, url: originOf(channel.url), labels: Object.keys(channel.labels) };
    case 'http': {
      const { headers, body, url, ...rest } = channel;
      return { ...rest, url: originOf(url), headers: Object.keys(headers), bodyChars: body.length };
    }
    case 'exec':
      return { ...channel, command: shownCommand(channel.command) };
  }
}

function shownHandler(handler: HandlerConfig): unknown {
  const { command, url } = handler;
  return {
    ...handler,
    command: command && shownCommand(command),
    url: url === null ? null : originOf(url),
  };
}

const NOT_SHOWN = '[not shown]';

/** The program; an argument may be a token. */
function shownCommand([program = '', ...rest]: readonly string[]): string[] {
  return [program, ...rest.map(() => NOT_SHOWN)];
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? NOT_SHOWN;
}
