import { expect, test } from 'vitest';
import { packResults, refusalsOf, unpackResults } from '../../src/model/packed-results.ts';
import type { CheckResult } from '../../src/model/check-result.ts';

test('what is packed comes out as it was', () => {
  const said = {
    cluster: 'web',
    host: 'web1',
    service: 'cron',
    code: 0,
    output: 'fine',
    timeMs: 1.5,
  } as const;
  const results: CheckResult[] = [
    { ...said, door: 'nsca', from: '10.0.0.1' },
    {
      ...said,
      cluster: '',
      code: -32_768,
      output: 'a\nb',
      timeMs: 1_700_000_000_123,
      door: 'command',
      from: '',
    },
  ];
  expect(unpackResults(structuredClone(packResults(results)))).toEqual(results);
  expect(unpackResults(packResults([]))).toEqual([]);
});

test('outcomes', () => {
  const key = { cluster: 'web', host: 'web1', service: 'cron' };
  expect(
    refusalsOf([
      { ok: true, key },
      { ok: false, refusal: 'old-result' },
    ]),
  ).toEqual([null, 'old-result']);
});
