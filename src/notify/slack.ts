import { httpOutcome } from './http-outcome.ts';
import { unturned } from '../contract/unturned.ts';
import {
  nameOf,
  oneLine,
  pageTone,
  servicesOf,
  shortened,
  sinceWords,
  summaryOf,
  toneOf,
  webLink,
} from './words.ts';
import { sendOut } from './outgoing/send-out.ts';
import type { Channel } from './channel.ts';
import type { OutgoingOptions } from './outgoing/send-out.ts';
import type { Page, PagedService } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';
import type { Tone } from './words.ts';

interface SlackOptions {
  readonly url: string;
  /** Another channel than the webhook's own; Slack's own apps may refuse it. */
  readonly channel: string | null;
  readonly links: PageLinks;
  readonly clock: () => number;
  readonly outgoing?: OutgoingOptions;
}

/** An incoming webhook of Slack, or of what speaks like it (Mattermost, Rocket.Chat, Zulip). */
export function slackChannel({ url, channel, links, clock, outgoing }: SlackOptions): Channel {
  return {
    async send(page, signal) {
      const body = JSON.stringify(slackMessage(page, links, channel));
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const answer = await sendOut({ url, method: 'POST', headers, body }, signal, outgoing);
      return httpOutcome(answer, clock(), true);
    },
  };
}

const SERVICES_SHOWN = 10;
/** Slack's bounds: of a header, of a section, and of one service's words within it. */
const HEADER_CHARS = 150;
const SECTION_CHARS = 3000;
const OUTPUT_CHARS = 150;
/** Escaped, it may take five times the room. */
const PROSE_CHARS = 500;

const LIGHTS: Readonly<Record<Tone, string>> = {
  critical: '\u{1f534}',
  warning: '\u{1f7e0}',
  unknown: '\u{1f7e3}',
  ok: '\u{1f7e2}',
  note: '\u{1f535}',
};

/**
 * Blocks for Slack. `text` says all of it once more: notifications read it out, and what speaks like Slack
 * but knows no blocks shows it. A bar of colour is an attachment's, which would show both.
 */
export function slackMessage(page: Page, links: PageLinks, channel: string | null): Record<string, unknown> {
  const headline = shortened(`${LIGHTS[pageTone(page)]} ${summaryOf(page)}`, HEADER_CHARS);
  const sections = [servicesText(page, links), adviceText(page), linksText(page, links)].filter(
    (text) => text !== '',
  );
  return {
    ...(channel === null ? {} : { channel }),
    text: [`*${escaped(headline)}*`, ...sections].join('\n'),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: headline, emoji: true } },
      ...sections.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
      { type: 'context', elements: [{ type: 'mrkdwn', text: escaped(`Since ${sinceWords(page)}`) }] },
    ],
  };
}

function servicesText(page: Page, links: PageLinks): string {
  const services = servicesOf(page);
  if (services.length === 0) return escaped(shortened(unturned(page.output), PROSE_CHARS));
  let text = '';
  let shown = 0;
  for (const one of services.slice(0, SERVICES_SHOWN)) {
    const line = `${serviceLine(one, links)}\n`;
    if (text.length + line.length > SECTION_CHARS - 40) break;
    text += line;
    shown += 1;
  }
  const left = Math.max(page.count, services.length) - shown;
  return left > 0 ? `${text}and ${left} more` : text.trimEnd();
}

function serviceLine(one: PagedService, links: PageLinks): string {
  const name = link(links.service(one), shortened(oneLine(nameOf(one)), OUTPUT_CHARS));
  const output = escaped(shortened(oneLine(one.output), OUTPUT_CHARS));
  return `${LIGHTS[toneOf(one.state)]} ${name} is *${escaped(one.state)}*: ${output}`;
}

/** What to do. */
function adviceText({ notes }: Page): string {
  return notes === '' ? '' : `>${escaped(shortened(oneLine(notes), PROSE_CHARS))}`;
}

function linksText(page: Page, links: PageLinks): string {
  const runbook = webLink(page.runbook);
  const all = [
    ['Acknowledge', links.acknowledge(page)],
    ['Open', links.page(page)],
    ['Runbook', runbook !== null && runbook.length < SECTION_CHARS / 3 ? runbook : ''],
  ] as const;
  return all.flatMap(([words, url]) => (url === '' ? [] : [link(url, words)])).join('  ·  ');
}

function link(url: string, words: string): string {
  return `<${escaped(url).replaceAll('|', '%7C')}|${escaped(words).replaceAll('|', '\u00a6')}>`;
}

/** The three signs that Slack reads itself: with them a name could call `<!channel>`. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
