import { expect, test } from 'vitest';
import { LINKS, page } from './page.ts';
import { mailContent } from '../../src/notify/email/content.ts';
import { mailText } from '../../src/notify/email/text.ts';
import { nameOf, servicesOf } from '../../src/notify/words.ts';
import { slackMessage } from '../../src/notify/slack.ts';
import type { Page } from '../../src/model/service-state.ts';

const OWN = { cluster: '', host: '', service: 'muster', title: 'the server was down for 5 min' } as const;

test.for<{ kind: Page['kind'] }>([{ kind: 'notice' }, { kind: 'test' }])(
  'a $kind is about the server itself, and leads to what was told',
  ({ kind }) => {
    const about = page({ ...OWN, kind });
    expect(LINKS.page(about)).toBe('http://muster.example:8600/notifications');
    expect(servicesOf(about).map(nameOf)).toEqual(['muster']);
    for (const text of [
      JSON.stringify(slackMessage(about, LINKS, null)),
      mailText(mailContent(about, LINKS, 'none')),
    ]) {
      expect(text).not.toMatch(/grid|service=muster/u);
    }
  },
);

test('a service of that name that is of a host is as all others', () => {
  const about = page({ service: 'muster' });
  expect(LINKS.page(about)).toContain('/service?cluster=c&host=h&service=muster');
  expect(servicesOf(about).map(nameOf)).toEqual(['h: muster']);
});

test('output turns no line of a mail round', () => {
  const text = mailText(mailContent(page({ output: 'load\u202e is 9' }), LINKS, 'none'));
  expect(text).toContain('\nload is 9\n');
});
