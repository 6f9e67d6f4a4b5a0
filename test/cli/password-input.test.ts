import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { obtainPassword } from '../../src/cli/password-input.ts';

/** A terminal on which the pieces are typed; what it was switched to is noted. */
function terminal(pieces: readonly string[]) {
  const modes: boolean[] = [];
  const printed: string[] = [];
  const input = Object.assign(
    Readable.from(
      pieces.map((piece) => Buffer.from(piece)),
      { objectMode: false },
    ),
    { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) },
  );
  return { modes, printed, context: { input, err: { write: (text: string) => printed.push(text) } } };
}

const GOOD = 'correct horse';
test.for([
  { name: 'typed twice', typed: `${GOOD}\r${GOOD}\r`, outcome: { kind: 'given', password: GOOD } },
  { name: 'with line feeds', typed: `${GOOD}\n${GOOD}\n`, outcome: { kind: 'given', password: GOOD } },
  {
    name: 'beyond ASCII',
    typed: 'größer als 🐎\rgrößer als 🐎\r',
    outcome: { kind: 'given', password: 'größer als 🐎' },
  },
  {
    name: 'with backspaces over whole characters',
    typed: `xcorrect hors🐎\u007Fe\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F\u007F${GOOD}\r${GOOD}\r`,
    outcome: { kind: 'given', password: GOOD },
  },
  {
    name: 'with a line begun anew and arrows',
    typed: `wrong\u0015corr\u001B[Dect \u001BOAhorse\r${GOOD}\r`,
    outcome: { kind: 'given', password: GOOD },
  },
  {
    name: 'different at first',
    typed: `${GOOD}\r${GOOD}!\r${GOOD}\r${GOOD}\r`,
    outcome: { kind: 'given', password: GOOD },
  },
  {
    name: 'too short three times',
    typed: 'a\rb\rc\r',
    outcome: { kind: 'refused', fault: 'no password after 3 tries' },
  },
  { name: 'Ctrl-C', typed: 'corr\u0003ect', outcome: { kind: 'cancelled' } },
  { name: 'Ctrl-C at the second', typed: `${GOOD}\r\u0003`, outcome: { kind: 'cancelled' } },
  { name: 'Ctrl-D', typed: '\u0004', outcome: { kind: 'cancelled' } },
  { name: 'a terminal that goes away', typed: 'corr', outcome: { kind: 'cancelled' } },
])('at a terminal, $name', async ({ typed, outcome }) => {
  for (const pieces of [[typed], Array.from(typed)].filter(
    (each) => each.length === 1 || !typed.includes('\u001B'),
  )) {
    const { context, modes, printed } = terminal(pieces);
    expect(await obtainPassword('ada', context)).toEqual(outcome);
    expect(modes).toEqual([true, false]);
    expect(printed[0]).toBe('Password for ada: ');
    expect(printed.join('')).not.toContain('corr');
  }
});

test.for([
  { name: 'one line', pieces: [`${GOOD}\n`], outcome: { kind: 'given', password: GOOD } },
  {
    name: 'a line without an end',
    pieces: ['correct', ' horse'],
    outcome: { kind: 'given', password: GOOD },
  },
  {
    name: 'more lines',
    pieces: [`${GOOD}\r\nmore\n`, 'and more'],
    outcome: { kind: 'given', password: GOOD },
  },
  {
    name: 'an empty line',
    pieces: ['\n'],
    outcome: { kind: 'refused', fault: expect.stringContaining('at least') },
  },
  {
    name: 'a short line',
    pieces: ['horse\n'],
    outcome: { kind: 'refused', fault: expect.stringContaining('at least') },
  },
  {
    name: 'the name itself',
    pieces: ['adalovelace\n'],
    outcome: { kind: 'refused', fault: expect.stringContaining('name') },
  },
  {
    name: 'no end of it',
    pieces: Array.from({ length: 100 }, () => 'x'.repeat(100)),
    outcome: { kind: 'refused', fault: expect.stringContaining('at most') },
  },
])('on stdin, $name', async ({ pieces, outcome }) => {
  const { context } = terminal([]);
  const input = Readable.from(pieces);
  expect(await obtainPassword('adalovelace', { ...context, input })).toEqual(outcome);
});

test('bytes that are no text are no password', async () => {
  const { context } = terminal([]);
  const input = Readable.from([Buffer.from([0xff, 0xfe, 65, 66, 67, 68, 69, 70, 71, 10])]);
  expect(await obtainPassword('ada', { ...context, input })).toEqual({
    kind: 'refused',
    fault: 'a password is UTF-8 text',
  });
});

test('nothing on stdin makes a password, another one each time', async () => {
  const { context } = terminal([]);
  const make = () => obtainPassword('ada', { ...context, input: Readable.from([]) });
  const [one, other] = [await make(), await make()];
  expect(one).toEqual({
    kind: 'made',
    password: expect.stringMatching(/^[a-z2-9]{5}(?:-[a-z2-9]{5}){3}$/),
  });
  expect(other).not.toEqual(one);
});
