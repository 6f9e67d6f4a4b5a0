import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverStats } from '../ops/figures.ts';
import { ownFigures } from '../../src/threads/own-figures.ts';

const CHECKS = readFileSync(join(import.meta.dirname, '../../checks/muster.yaml'), 'utf8');

test('every self check judges a figure that self_monitor sends', () => {
  const sent = new Set(
    ownFigures(serverStats()).map(({ kind, typeInstance }) => `muster/${kind}-${typeInstance}`),
  );
  const judged = [...CHECKS.matchAll(/^ {4}metric: "(.*)"$/gmu)].map(([, metric = '']) => metric);
  expect(judged.length).toBeGreaterThan(8);
  expect(judged.filter((metric) => !sent.has(metric))).toEqual([]);
});
