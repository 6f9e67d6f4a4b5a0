import { targetsOf } from '../../contract/alerts.ts';
import type { AlertsConfig, ChannelConfig } from '../../contract/alerts.ts';
import type { LaneFigures } from '../../notify/lane.ts';
import type { ReceiverView } from '../../contract/alert-views.ts';

type ChannelView = ReceiverView['channels'][number];

/** The receivers as they are configured, and how pages to each of their targets fare. */
export function receiverViews(
  receivers: AlertsConfig['receivers'],
  lanes: readonly LaneFigures[],
): ReceiverView[] {
  const byTarget = new Map(lanes.map((lane) => [lane.target, lane]));
  return receivers.map((receiver) => {
    const targets = targetsOf(receiver);
    const channels = receiver.channels.map((channel, i) => {
      const target = targets[i] ?? receiver.name;
      return channelView(channel, target, byTarget.get(target));
    });
    return { name: receiver.name, channels };
  });
}

function channelView(channel: ChannelConfig, target: string, lane: LaneFigures | undefined): ChannelView {
  return {
    kind: channel.kind,
    target,
    leads_to: leadsTo(channel),
    state: lane?.state ?? 'idle',
    last_delivered_ms: lane?.lastDeliveredMs ?? null,
    fault: lane?.fault ?? '',
    pending: lane?.pending ?? 0,
  };
}

/** Paths and queries of URLs are left out: tokens stand in them. */
function leadsTo(channel: ChannelConfig): string {
  switch (channel.kind) {
    case 'email':
      return channel.to.join(', ');
    case 'exec':
      return channel.command[0] ?? '';
    case 'slack':
      return [URL.parse(channel.url)?.host ?? '', channel.channel ?? '']
        .filter((part) => part !== '')
        .join(' ');
    case 'webhook':
    case 'pagerduty':
    case 'alertmanager':
    case 'http':
      return URL.parse(channel.url)?.host ?? '';
  }
}
