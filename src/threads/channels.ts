import { targetsOf } from '../contract/alerts.ts';
import { webhookChannel } from '../notify/webhook.ts';
import type { ChannelConfig, ReceiverConfig } from '../contract/alerts.ts';
import type { Channel } from '../notify/channel.ts';

interface ChannelSurroundings {
  /** Where the pages' links lead. */
  readonly publicUrl: string;
}

/** A channel for every target of the receivers, by its name. */
export function channelsOf(
  receivers: readonly ReceiverConfig[],
  surroundings: ChannelSurroundings,
): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const receiver of receivers) {
    const targets = targetsOf(receiver);
    for (const [i, config] of receiver.channels.entries()) {
      const channel = channelOf(config, surroundings);
      if (channel) channels.set(targets[i] ?? receiver.name, channel);
    }
  }
  return channels;
}

function channelOf(config: ChannelConfig, { publicUrl }: ChannelSurroundings): Channel | null {
  return config.kind === 'webhook' ? webhookChannel({ url: config.url, publicUrl }) : null;
}
