import { expect, test } from 'vitest';
import { refusal } from '../../../src/store/rrd/fault.ts';

test.for([
  { text: 'creating ./a.rrd: No space left on device', reason: 'store_full', retryable: true },
  { text: "Error: ENOSPC: no space left on device, mkdir '/x'", reason: 'store_full', retryable: true },
  { text: "opening './a.rrd': Permission denied", reason: 'store_refused', retryable: true },
  { text: "Error: EACCES: permission denied, mkdir '/x'", reason: 'store_refused', retryable: true },
  { text: "creating './a/b.rrd': No such file or directory", reason: 'store_refused', retryable: true },
  { text: "Error: ENOENT: no such file or directory, mkdir '/x'", reason: 'store_refused', retryable: true },
  { text: "Error: EEXIST: file already exists, mkdir '/x'", reason: 'store_refused', retryable: true },
  { text: './a.rrd: could not lock RRD', reason: 'store_refused', retryable: true },
  { text: "'./a.rrd' is not an RRD file", reason: 'store_refused', retryable: false },
  { text: "./a.rrd: not a simple unsigned integer: '-5'", reason: 'store_refused', retryable: false },
])('$text', ({ text, reason, retryable }) => {
  expect(refusal(text)).toEqual({ ok: false, reason, retryable, detail: text });
});
