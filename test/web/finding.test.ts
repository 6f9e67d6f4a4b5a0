import { describe, expect, test } from 'vitest';
import { criticalCount, findingKey, groupFindings, hasHostPage } from '../../web/src/fleet/finding.ts';
import { diagnosis, host, instance, list, sender } from '../fleet/diagnosis/evidence.ts';

const answer = diagnosis({
  instances: [instance(), instance({ host: 'web-8', addresses: ['10.0.0.8'] })],
  hosts: [host('old-1', { address: '127.0.0.1' })],
  senders: [sender('10.9.9.9', { reasons: ['not-allowed'] })],
  lists: [list({ fault: 'ENOENT', read_ms: 0 })],
});
const kindsOf = (words: string) => groupFindings(answer, words).map(({ kind, count }) => [kind, count]);

describe('findings by kind', () => {
  test('a kind stands where its gravest finding does', () => {
    expect(kindsOf('')).toEqual([
      ['never-heard', 2],
      ['list-fails', 1],
      ['unknown-sender', 1],
      ['never-registered', 1],
    ]);
  });

  test.for([
    { name: 'a host', words: 'web-8', kinds: [['never-heard', 1]] },
    { name: 'a word of the sentence', words: 'ENOENT', kinds: [['list-fails', 1]] },
    { name: 'an address', words: '10.9.9.9', kinds: [['unknown-sender', 1]] },
    { name: 'a kind', words: 'never-registered', kinds: [['never-registered', 1]] },
    { name: 'nothing', words: 'db-1', kinds: [] },
  ])('$name narrows them', ({ words, kinds }) => {
    expect(kindsOf(words)).toEqual(kinds);
  });

  test('all of a kind are counted, not only those that the answer has room for', () => {
    const cut = { ...answer, kinds: [{ kind: 'never-heard' as const, count: 312, critical: 300 }] };
    expect(groupFindings(cut, '')[0]).toMatchObject({ count: 312, findings: [{}, {}] });
    expect([criticalCount(cut), criticalCount(undefined)]).toEqual([300, 0]);
  });

  test('each has a key of its own, and keeps it while it ages', () => {
    expect(new Set(answer.findings.map(findingKey)).size).toBe(answer.findings.length);
  });

  test('an instance that was never heard has no page', () => {
    expect(answer.findings.filter(hasHostPage).map(({ host }) => host)).toEqual(['old-1']);
  });
});
