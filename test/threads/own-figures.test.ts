import { expect, test } from 'vitest';
import { serverStats } from '../ops/figures.ts';
import { ownFigures } from '../../src/threads/own-figures.ts';

test('what the self checks judge is among what self_monitor sends', () => {
  const sent = new Map(ownFigures(serverStats()).map(({ typeInstance, value }) => [typeInstance, value]));
  expect(sent.get('pages_pending')).toBe(2);
  expect(sent.get('receivers_failing')).toBe(1);
  expect(sent.get('pages_failed')).toBe(0);
  for (const name of ['store_errors', 'journal_percent', 'disk_free_bytes', 'check_turn_seconds']) {
    expect(Number.isFinite(sent.get(name))).toBe(true);
  }
});
