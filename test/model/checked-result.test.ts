import { expect, test } from 'vitest';
import { RESULT_OUTPUT_CHARS_MAX } from '../../src/limits.ts';
import { checkedResult } from '../../src/model/checked-result.ts';
import type { CheckResult } from '../../src/model/check-result.ts';

const RESULT: CheckResult = {
  cluster: '',
  host: 'web1',
  service: 'cron',
  code: 0,
  output: 'fine',
  timeMs: 5000,
  door: 'nsca',
  from: '10.0.0.1',
};

test.for([
  { name: 'as it came', given: {}, taken: {} },
  { name: "a host's own", given: { service: '' }, taken: { service: 'host' } },
  { name: 'a state that is none', given: { code: 255 }, taken: { code: 255 } },
  { name: 'line breaks of Windows', given: { output: 'a\r\nb\tc' }, taken: { output: 'a\nb\tc' } },
  {
    name: 'what no terminal should see',
    given: { output: 'a\u001b[31mb\0' },
    taken: { output: 'a\ufffd[31mb\ufffd' },
  },
  {
    name: 'a long output is cut',
    given: { output: 'x'.repeat(RESULT_OUTPUT_CHARS_MAX + 1) },
    taken: { output: 'x'.repeat(RESULT_OUTPUT_CHARS_MAX) },
  },
])('taken: $name', ({ given, taken }) => {
  expect(checkedResult({ ...RESULT, ...given })).toEqual({ ...RESULT, ...taken });
});

test.for([
  { given: { host: '' }, fault: 'no-host' },
  { given: { host: 'a;b' }, fault: 'bad-name' },
  { given: { service: 'a\nb' }, fault: 'bad-name' },
  { given: { service: 's'.repeat(256) }, fault: 'name-too-long' },
  { given: { service: '', code: 3 }, fault: 'bad-code' },
  { given: { service: 'host', code: -1 }, fault: 'bad-code' },
  { given: { service: '', code: Number.NaN }, fault: 'bad-code' },
])('refused: $fault', ({ given, fault }) => {
  expect(checkedResult({ ...RESULT, ...given })).toBe(fault);
});
