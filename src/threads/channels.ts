import { alertmanagerChannel } from '../notify/alertmanager.ts';
import { emailChannel } from '../notify/email/email.ts';
import { execChannel } from '../notify/exec.ts';
import { httpTemplateChannel } from '../notify/http-template.ts';
import { linksTo } from '../notify/links.ts';
import { pagerdutyChannel } from '../notify/pagerduty.ts';
import { slackChannel } from '../notify/slack.ts';
import { targetsOf } from '../contract/alerts.ts';
import { webhookChannel } from '../notify/webhook.ts';
import type { Channel } from '../notify/channel.ts';
import type { ChannelConfig, ReceiverConfig } from '../contract/alerts.ts';
import type { Graphs } from '../notify/graphs.ts';
import type { Page } from '../model/service-state.ts';
import type { PageLinks } from '../notify/links.ts';
import type { Programs } from '../notify/program.ts';

export interface ChannelSurroundings {
  /** Where the pages' links lead. */
  readonly publicUrl: string;
  readonly graphs: Graphs;
  readonly programs: Programs;
  readonly clock: () => number;
  /** A link that acknowledges what a page is about; absent: pages have none. */
  readonly acknowledge?: (page: Page) => string;
}

/**
 * The channels of the receivers. One that is configured as it was goes on as it is, with what it remembers.
 */
export class Channels {
  readonly #around: Omit<ChannelSurroundings, 'publicUrl' | 'acknowledge'> & { readonly links: PageLinks };
  #known: ReadonlyMap<string, { readonly config: string; readonly channel: Channel }> = new Map();

  constructor({ publicUrl, acknowledge, ...around }: ChannelSurroundings) {
    this.#around = { ...around, links: linksTo(publicUrl, acknowledge) };
  }

  /** A channel for every target of the receivers, by its name. */
  use(receivers: readonly ReceiverConfig[]): ReadonlyMap<string, Channel> {
    const known = new Map<string, { config: string; channel: Channel }>();
    for (const receiver of receivers) {
      const targets = targetsOf(receiver);
      for (const [i, channelConfig] of receiver.channels.entries()) {
        const target = targets[i] ?? receiver.name;
        const config = JSON.stringify(channelConfig);
        const before = this.#known.get(target);
        const channel = before?.config === config ? before.channel : this.#open(channelConfig);
        known.set(target, { config, channel });
      }
    }
    this.#known = known;
    return new Map(Array.from(known, ([target, { channel }]) => [target, channel]));
  }

  #open(config: ChannelConfig): Channel {
    const around = this.#around;
    switch (config.kind) {
      case 'webhook':
        return webhookChannel({ ...config, ...around });
      case 'email':
        return emailChannel({ ...config, ...around });
      case 'slack':
        return slackChannel({ ...config, ...around });
      case 'pagerduty':
        return pagerdutyChannel({ ...config, ...around });
      case 'alertmanager':
        return alertmanagerChannel({ ...config, ...around });
      case 'http':
        return httpTemplateChannel({ ...config, ...around });
      case 'exec':
        return execChannel({ ...config, ...around });
    }
  }
}
