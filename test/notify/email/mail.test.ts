import { describe, expect, test } from 'vitest';
import { crowd, LINKS, page, pagedService } from '../page.ts';
import { graphOf, mailBytes } from '../../../src/notify/email/email.ts';
import { mailContent } from '../../../src/notify/email/content.ts';
import { mailHeaders } from '../../../src/notify/email/headers.ts';
import { mailHtml } from '../../../src/notify/email/html.ts';
import { mailText } from '../../../src/notify/email/text.ts';
import type { Page } from '../../../src/model/service-state.ts';

const FROM = 'Muster <muster@example.net>';

describe('as text', () => {
  test('what is wrong, since when, what to do, where to go', () => {
    const text = mailText(mailContent(page({ route: 'web' }), LINKS, 'missing'));
    expect(text).toMatch(/^\[CRITICAL\] h: load\n\nload_one is 9\.61 · critical above 8\n\nCluster: c\n/u);
    expect(text).toMatch(/Since: {3}1970-01-01 \d\d:\d\d UTC/u);
    for (const words of [
      'What to do:\nlook',
      'Runbook: https://example.net/load',
      'Acknowledge: http://muster.example:8600/ack/key-1',
      'The graph could not be drawn in time.',
    ]) {
      expect(text).toContain(words);
    }
  });

  test('twenty services, and how many more', () => {
    const text = mailText(mailContent(crowd(37), LINKS, 'none'));
    expect(text.match(/^- CRITICAL web-/gmu)).toHaveLength(20);
    expect(text).toContain('and 17 more');
  });
});

describe('as HTML', () => {
  const nasty = `<script>alert("1")</script>'&`;
  const hostile: Partial<Page> = {
    title: nasty,
    output: nasty,
    notes: nasty,
    cluster: nasty,
    host: nasty,
    route: nasty,
    incident: nasty,
    receiver: nasty,
    state: nasty,
    runbook: 'javascript:alert(1)',
    services: [pagedService({ host: nasty, output: nasty, state: nasty }), pagedService({ service: nasty })],
    count: 2,
  };

  test('nothing of a page is markup', () => {
    const html = mailHtml(mailContent(page(hostile), LINKS, 'inlined'));
    expect(html).not.toMatch(/<script|javascript:|="[^"]*<[^"]*"|onerror/iu);
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;');
  });

  test('nothing is loaded from anywhere, and it is small', () => {
    const html = mailHtml(mailContent(crowd(100), LINKS, 'inlined'));
    const sources = [...html.matchAll(/(?:src|url|@import)\W+([^"')]*)/gu)].map(([, at]) => at);
    expect(sources).toEqual(['cid:graph@muster']);
    // Gmail cuts what is longer off.
    expect(html.length).toBeLessThan(100_000);
  });

  test('lines stay lines', () => {
    expect(mailHtml(mailContent(page({ notes: 'one\ntwo' }), LINKS, 'none'))).toContain('one<br>two');
  });
});

describe('headers', () => {
  test('a message has one id in every attempt, an incident one thread', () => {
    const first = mailHeaders(page({ incident: 'i-1' }), FROM);
    const again = mailHeaders(page({ incident: 'i-1' }), FROM);
    const later = mailHeaders(page({ incident: 'i-1', key: 'key-2', kind: 'recovery' }), FROM);
    expect(again).toEqual(first);
    expect(first.messageId).toMatch(/^<[0-9a-f]{32}@example\.net>$/u);
    expect(later.messageId).not.toBe(first.messageId);
    expect(later.thread).toBe(first.thread);
    expect(mailHeaders(page({ kind: 'test' }), FROM).thread).toBeNull();
  });

  test.for(['muster', '', 'x@', 'Muster <muster@[127.0.0.1]>'])(
    'a sender %s has a domain all the same',
    (from) => {
      expect(mailHeaders(page(), from).messageId).toMatch(/^<[0-9a-f]{32}@muster\.invalid>$/u);
    },
  );

  test('a name cannot make another one', async () => {
    const title = 'x\r\nBcc: evil@example.net\r\n\r\nhello';
    const message = { to: ['ops@example.net'], from: FROM, links: LINKS };
    const text = Buffer.from(await mailBytes(page({ title }), message, 'none')).toString();
    const head = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^Bcc:/mu);
    expect(head).toMatch(/^Subject: \[CRITICAL\] x Bcc: evil@example\.net hello\r$/mu);
    expect(head).toMatch(/^Auto-Submitted: auto-generated\r$/mu);
    expect(head).toMatch(/^In-Reply-To: <incident\.[0-9a-f]{32}@example\.net>\r$/mu);
  });
});

test('text, HTML and the picture are one message', async () => {
  const message = { to: ['ops@example.net'], from: FROM, links: LINKS };
  const text = Buffer.from(await mailBytes(page(), message, Buffer.from('PNG'))).toString();
  for (const part of [
    'multipart/alternative',
    'text/plain',
    'text/html',
    'Content-Id: <graph@muster>',
    'image/png',
  ]) {
    expect(text.toLowerCase()).toContain(part.toLowerCase());
  }
});

describe('its graph', () => {
  test.for<{ name: string; services: Page['services']; metric: string | undefined }>([
    {
      name: 'of the worst service that has one',
      services: [pagedService({ metric: '' }), pagedService()],
      metric: 'load_one',
    },
    { name: 'of no aggregate', services: [pagedService({ host: '' })], metric: undefined },
    { name: 'of no plugin', services: [pagedService({ metric: '' })], metric: undefined },
  ])('$name', ({ services, metric }) => {
    expect(graphOf(page({ services, createdMs: 86_400_000 }))?.metric).toBe(metric);
  });

  test('shows six hours', () => {
    const wanted = graphOf(page({ services: [pagedService()], createdMs: 86_400_000 }));
    expect(wanted).toMatchObject({
      fromS: 64_800,
      toS: 86_400,
      warning: '4',
      critical: '8',
      title: 'h: load',
    });
  });
});
