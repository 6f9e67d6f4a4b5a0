import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyReader } from '../../../src/store/rrd/reply.ts';
import type { Answer } from '../../../src/store/rrd/reply.ts';

const OUTPUT =
  'OK u:0.01 s:0.01 r:0.00\n' +
  "-1\nERROR: opening './b.rrd': No such file or directory\n" +
  ' sum\n\n1700000040: 1\nOK u:0.01 s:0.01 r:12.00\n' +
  'filename = "OK u:"\n OK u: is no end here\nOK u:0.00 s:0.00 r:0.00\n';
const ANSWERS: Answer[] = [
  { kind: 'ok', text: '' },
  { kind: 'error', text: "opening './b.rrd': No such file or directory" },
  { kind: 'ok', text: ' sum\n\n1700000040: 1\n' },
  { kind: 'ok', text: 'filename = "OK u:"\n OK u: is no end here\n' },
];

test('answers are the same however the output is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(OUTPUT.length), { maxLength: 12 }), (cuts) => {
      const reader = new ReplyReader();
      const answers: Answer[] = [];
      const edges = [0, ...cuts.toSorted((a, b) => a - b), OUTPUT.length];
      edges
        .slice(1)
        .forEach((end, i) => reader.push(OUTPUT.slice(edges[i], end), (answer) => answers.push(answer)));
      expect(answers).toEqual(ANSWERS);
      expect(reader.held).toBe(0);
    }),
  );
});
