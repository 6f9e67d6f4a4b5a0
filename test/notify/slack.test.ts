import { describe, expect, test } from 'vitest';
import { crowd, LINKS, page, pagedService } from './page.ts';
import { slackMessage } from '../../src/notify/slack.ts';

/** The texts of its blocks. */
function texts(message: Record<string, unknown>): string[] {
  const blocks = message['blocks'] as { text?: { text: string }; elements?: { text: string }[] }[];
  return blocks.map(({ text, elements }) => text?.text ?? elements?.[0]?.text ?? '');
}

test('one service', () => {
  const message = slackMessage(page(), LINKS, null);
  expect(texts(message)).toEqual([
    '🔴 [CRITICAL] h: load',
    '🔴 <http://muster.example:8600/service?cluster=c&amp;host=h&amp;service=load|h: load> is *CRITICAL*: load_one is 9.61 · critical above 8',
    '>look',
    '<http://muster.example:8600/ack/key-1|Acknowledge>  ·  ' +
      '<http://muster.example:8600/service?cluster=c&amp;host=h&amp;service=load|Open>  ·  <https://example.net/load|Runbook>',
    expect.stringContaining('Since 1970-01-01'),
  ]);
  expect(message['text']).toContain('*🔴 [CRITICAL] h: load*\n🔴 <http');
  expect(message).not.toHaveProperty('channel');
});

test('many: ten, and how many more', () => {
  const [header, services = ''] = texts(slackMessage(crowd(37), LINKS, '#ops'));
  expect(header).toBe('🔴 [CRITICAL] 37 hosts in c: load');
  expect(services.split('\n')).toHaveLength(11);
  expect(services).toMatch(/and 27 more$/u);
});

test.for([
  { about: page({ kind: 'recovery', state: 'OK', open: 0 }), light: '🟢' },
  { about: page({ kind: 'recovery', state: 'OK', open: 2 }), light: '🔵' },
  { about: page({ state: 'WARNING' }), light: '🟠' },
  { about: page({ state: 'UNKNOWN' }), light: '🟣' },
])('$light for $about.kind $about.state', ({ about, light }) => {
  expect(texts(slackMessage(about, LINKS, null))[0]).toMatch(new RegExp(`^${light}`, 'u'));
});

describe('hostile names', () => {
  const nasty = '<!channel> & <http://evil|x>\n*bold*';
  const about = {
    host: nasty,
    output: nasty,
    notes: nasty,
    title: nasty,
    runbook: `https://e.net/?<!here>|x`,
  };
  const message = slackMessage(
    page({ ...about, services: [pagedService({ host: nasty, output: nasty })] }),
    LINKS,
    null,
  );

  test('call nobody and open no link', () => {
    const sections = texts(message).slice(1).join('\n') + String(message['text']);
    expect(sections).not.toMatch(/<!|<http:\/\/evil/u);
  });

  test('stay within Slack’s bounds', () => {
    const long = 'x'.repeat(50_000);
    const services = Array.from({ length: 100 }, () => pagedService({ host: long, output: `<${long}` }));
    const all = texts(
      slackMessage(page({ title: long, notes: '&'.repeat(9000), output: long, services }), LINKS, null),
    );
    expect(all[0]?.length).toBeLessThanOrEqual(150);
    for (const text of all) expect(text.length).toBeLessThanOrEqual(3000);
  });
});
