import { asHeader, escapeFor, fillPage } from '../model/page-words.ts';
import { httpOutcome } from './http-outcome.ts';
import { sendOut } from './outgoing/send-out.ts';
import { wordsOf } from './words.ts';
import type { Channel } from './channel.ts';
import type { OutgoingOptions, OutgoingRequest } from './outgoing/send-out.ts';
import type { Page } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';

export interface HttpTemplate {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
}

interface HttpTemplateOptions extends HttpTemplate {
  readonly links: PageLinks;
  readonly clock: () => number;
  readonly outgoing?: OutgoingOptions;
}

/** Whatever takes HTTP: method, headers and body as they are configured. */
export function httpTemplateChannel(options: HttpTemplateOptions): Channel {
  const { links, clock, outgoing } = options;
  return {
    async send(page, signal) {
      const answer = await sendOut(filledRequest(options, page, links), signal, outgoing);
      return httpOutcome(answer, clock());
    },
  };
}

/** The request about a page. Its headers may name `idempotency-key` and `content-type` otherwise. */
export function filledRequest(template: HttpTemplate, page: Page, links: PageLinks): OutgoingRequest {
  const words = wordsOf(page, links);
  const { url, method, contentType } = template;
  const headers: [string, string][] = [['idempotency-key', page.key]];
  if (method !== 'GET') headers.push(['content-type', contentType]);
  for (const [name, value] of Object.entries(template.headers)) {
    headers.push([name.toLowerCase(), fillPage(value, words, asHeader)]);
  }
  const body = method === 'GET' ? null : fillPage(template.body, words, escapeFor(contentType));
  return { url, method, headers: Object.fromEntries(headers), body };
}
