import { describe, expect, test } from 'vitest';
import { alwaysAlerts, canAlert, covers } from '../../src/model/range-reach.ts';
import { parseRange } from '../../src/model/range.ts';

function range(text: string) {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.range;
}

const PERCENT = { least: 0, most: 100 };

describe('whether a range can alert, and whether it always does', () => {
  test.for([
    { text: '~:', can: false, always: false },
    { text: '@~:', can: true, always: true },
    { text: '10', can: true, always: false },
    { text: '@5:5', can: true, always: false },
    { text: '5:5', can: true, always: false },
    { text: '0:', domain: { least: 0, most: Infinity }, can: false, always: false },
    { text: '100', domain: PERCENT, can: false, always: false },
    { text: '99.9', domain: PERCENT, can: true, always: false },
    { text: '101:', domain: PERCENT, can: true, always: true },
    { text: '@0:100', domain: PERCENT, can: true, always: true },
  ])('$text', ({ text, domain, can, always }) => {
    expect([canAlert(range(text), domain), alwaysAlerts(range(text), domain)]).toEqual([can, always]);
  });
});

describe('whether critical alerts wherever warning does', () => {
  test.for([
    { critical: '8', warning: '4', hides: false },
    { critical: '4', warning: '8', hides: true },
    { critical: '4', warning: '4', hides: true },
    { critical: '5:', warning: '10:', hides: false },
    { critical: '10:', warning: '5:', hides: true },
    { critical: '@1:10', warning: '@2:3', hides: true },
    { critical: '@1:10', warning: '@0:3', hides: false },
    { critical: '~:10', warning: '@11:', hides: true },
    { critical: '~:10', warning: '@10:', hides: false },
  ])('$critical over $warning', ({ critical, warning, hides }) => {
    expect(covers(range(critical), range(warning))).toBe(hides);
  });
});
