import { describe, expect, test } from 'vitest';
import { BLANK_FORM, SERVICES_MAX, tomorrowMs, wishOf } from '../../web/src/fleet/action.ts';
import type { ActionForm, ActionKind } from '../../web/src/fleet/action.ts';
import type { ServiceNames } from '../../web/src/fleet/link.ts';

const NOW_MS = new Date(2026, 10, 22, 14, 0).getTime();
const HOUR_MS = 3_600_000;
const LOAD: ServiceNames = { cluster: 'web', host: 'web.1', service: 'load' };
const SAID = { covers: { services: [LOAD] }, comment: 'why' };
const clock = { nowMs: NOW_MS, timezone: 'Europe/Berlin' };

const asked = (kind: ActionKind, form: Partial<ActionForm>, services: readonly ServiceNames[] = [LOAD]) =>
  wishOf({ kind, title: '', services }, { ...BLANK_FORM, comment: ' why ', ...form }, clock);

describe('what a form asks for', () => {
  test.for<{ name: string; kind: ActionKind; form: Partial<ActionForm>; body: object }>([
    {
      name: 'an acknowledgement until it is well',
      kind: 'acknowledge',
      form: { until: 'open', author: 'ann' },
      body: { ...SAID, author: 'ann', sticky: false, notify: true, until_ms: null },
    },
    {
      name: 'a silence of four hours',
      kind: 'silence',
      form: { until: '4h' },
      body: { ...SAID, from_ms: NOW_MS, to_ms: NOW_MS + 4 * HOUR_MS },
    },
    {
      name: 'a downtime until tomorrow at nine',
      kind: 'downtime',
      form: { until: 'tomorrow' },
      body: { ...SAID, kind: 'fixed', from_ms: NOW_MS, to_ms: new Date(2026, 10, 23, 9).getTime() },
    },
    {
      name: 'a planned one',
      kind: 'downtime',
      form: { from: '2026-11-22T20:00', until: 'custom', to: '2026-11-22T21:30' },
      body: {
        ...SAID,
        kind: 'fixed',
        from_ms: new Date(2026, 10, 22, 20).getTime(),
        to_ms: new Date(2026, 10, 22, 21, 30).getTime(),
      },
    },
    {
      name: 'a flexible one',
      kind: 'downtime',
      form: { timing: 'flexible', minutes: '90', until: '4h' },
      body: {
        ...SAID,
        kind: 'flexible',
        from_ms: NOW_MS,
        to_ms: NOW_MS + 4 * HOUR_MS,
        duration_ms: 90 * 60_000,
      },
    },
    {
      name: 'every Sunday night, over midnight',
      kind: 'downtime',
      form: { timing: 'weekly', until: 'open', days: ['sunday'], begins: '22:00', ends: '02:00' },
      body: {
        ...SAID,
        kind: 'recurring',
        from_ms: NOW_MS,
        to_ms: null,
        times: ['sunday 22:00-24:00', 'monday 00:00-02:00'],
        timezone: 'Europe/Berlin',
      },
    },
    {
      name: 'the whole host, its name as it is',
      kind: 'silence',
      form: { scope: 'hosts' },
      body: {
        covers: { cluster: 'web', host: 'web\\.1' },
        comment: 'why',
        from_ms: NOW_MS,
        to_ms: NOW_MS + HOUR_MS,
      },
    },
    {
      name: 'by name',
      kind: 'silence',
      form: { scope: 'pattern', service: ' disk.* ', severity: 'warning' },
      body: {
        covers: { service: 'disk.*', severity: 'warning' },
        comment: 'why',
        from_ms: NOW_MS,
        to_ms: NOW_MS + HOUR_MS,
      },
    },
  ])('$name', ({ kind, form, body }) => {
    expect(asked(kind, form)).toEqual({ ok: true, value: { kind, body } });
  });

  test.for<{ name: string; kind: ActionKind; form: Partial<ActionForm>; fault: string }>([
    { name: 'no pattern', kind: 'downtime', form: { scope: 'pattern' }, fault: 'Say which cluster' },
    {
      name: 'a severity alone',
      kind: 'silence',
      form: { scope: 'pattern', severity: 'warning' },
      fault: 'Say which cluster',
    },
    {
      name: 'a pattern that is being typed',
      kind: 'downtime',
      form: { scope: 'pattern', host: 'web-0[' },
      fault: 'The host is not a whole pattern yet',
    },
    { name: 'no end', kind: 'silence', form: { until: 'custom' }, fault: 'Say when it ends' },
    {
      name: 'an end in the past',
      kind: 'silence',
      form: { until: 'custom', to: '2026-11-22T13:00' },
      fault: 'It ends before it begins',
    },
    { name: 'no day', kind: 'downtime', form: { timing: 'weekly', days: [] }, fault: 'Choose a day' },
    { name: 'no hours', kind: 'downtime', form: { timing: 'weekly', begins: '' }, fault: 'Say from when' },
    { name: 'no length', kind: 'downtime', form: { timing: 'flexible', minutes: '0' }, fault: 'minutes' },
    { name: 'an open silence', kind: 'silence', form: { until: 'open' }, fault: 'has an end' },
  ])('is refused: $name', ({ kind, form, fault }) => {
    expect(asked(kind, form)).toMatchObject({ ok: false, fault: expect.stringContaining(fault) });
  });

  test('more than one request names are covered by patterns', () => {
    const many = Array.from({ length: SERVICES_MAX + 1 }, (_, i) => ({ ...LOAD, host: `h${i}` }));
    expect(asked('acknowledge', {}, many).ok).toBe(false);
    expect(asked('acknowledge', { scope: 'pattern', cluster: 'web' }, many).ok).toBe(true);
  });

  test('tomorrow is the next day of the calendar', () => {
    expect(new Date(tomorrowMs(NOW_MS)).getDate()).toBe(23);
    expect(new Date(tomorrowMs(new Date(2026, 11, 31, 23).getTime())).getFullYear()).toBe(2027);
  });
});
