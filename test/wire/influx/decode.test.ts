import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INFLUX_FIELDS_MAX, INFLUX_LINE_BYTES_MAX, INFLUX_TAGS_MAX } from '../../../src/limits.ts';
import { decodeInflux } from '../../../src/wire/influx/decode.ts';
import { emptyInfluxLine, FIELD } from '../../../src/wire/influx/line.ts';
import type { InfluxLine } from '../../../src/wire/influx/line.ts';

const NAMES = Object.keys(FIELD);

/** A line as text: head, fields as `key kind value`, time. */
function shown(line: InfluxLine): string {
  const text = (at: number, length: number) => Buffer.from(line.buffer.subarray(at, at + length)).toString();
  const fields = Array.from({ length: line.fieldCount }, (_, f) => {
    const kind = line.kinds[f] as number;
    const value =
      kind === FIELD.string
        ? JSON.stringify(text(line.textAt[f] as number, line.textLength[f] as number))
        : String(line.numbers[f]);
    return `${text(line.keyAt[f] as number, line.keyLength[f] as number)} ${NAMES[kind]} ${value}`;
  });
  return [text(line.at, line.headLength), ...fields, `@${line.time}`].join(' | ');
}

/** What a body reads as; a refused line as its number, reason and column. */
function read(body: Uint8Array | string, max = Infinity): string[] {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const found: string[] = [];
  const line = emptyInfluxLine();
  const sink = {
    line: (one: InfluxLine) => found.push(shown(one)),
    refused: (fault: string, at: number, one: InfluxLine) =>
      found.push(`${one.number}: ${fault} at ${at - one.at + 1}`),
  };
  for (let start = 0; start < bytes.length;) {
    const next = decodeInflux(bytes, { start, end: bytes.length, max }, line, sink);
    expect(next).toBeGreaterThan(start);
    start = next;
  }
  return found;
}

describe('a line', () => {
  test.for<{ name: string; text: string; reads: string }>([
    { name: 'the simplest', text: 'm v=1', reads: 'm | v float 1 | @NaN' },
    {
      name: 'tags and a time',
      text: 'cpu,host=a,cpu=cpu0 idle=99.5 17',
      reads: 'cpu,host=a,cpu=cpu0 | idle float 99.5 | @17',
    },
    {
      name: 'all kinds',
      text: 'm f=1.5,i=-3i,u=7u,b=t,s="x" 1',
      reads: 'm | f float 1.5 | i integer -3 | u unsigned 7 | b boolean 1 | s string "x" | @1',
    },
    {
      name: 'all booleans',
      text: 'm a=T,b=true,c=True,d=TRUE,e=f,f=F,g=false,h=False,i=FALSE',
      reads:
        'm | a boolean 1 | b boolean 1 | c boolean 1 | d boolean 1 | e boolean 0 | f boolean 0 | g boolean 0 | h boolean 0 | i boolean 0 | @NaN',
    },
    {
      name: 'floats as Go writes them',
      text: 'm a=1.,b=.5,c=-1e10,d=1E-3,e=1e+06',
      reads: 'm | a float 1 | b float 0.5 | c float -10000000000 | d float 0.001 | e float 1000000 | @NaN',
    },
    {
      name: 'escapes in names',
      text: String.raw`my\ m\,x,t\ k\=1=v\,\ 2 f\,k=1`,
      reads: String.raw`my\ m\,x,t\ k\=1=v\,\ 2 | f\,k float 1 | @NaN`,
    },
    { name: 'an equals sign in the measurement', text: 'a=b v=1', reads: 'a=b | v float 1 | @NaN' },
    {
      name: 'a backslash that escapes nothing',
      text: String.raw`m\x,t=C:\tmp v=1`,
      reads: String.raw`m\x,t=C:\tmp | v float 1 | @NaN`,
    },
    {
      name: 'quotes in names are themselves',
      text: '"m",t="x" "f"=1',
      reads: '"m",t="x" | "f" float 1 | @NaN',
    },
    {
      name: 'blanks, commas, equals signs and line breaks in a string',
      text: 'm s="a b, c=d\ne" 1',
      reads: String.raw`m | s string "a b, c=d\ne" | @1`,
    },
    {
      name: 'escapes in a string',
      text: String.raw`m s="a\"b\\" 1`,
      reads: String.raw`m | s string "a\\\"b\\\\" | @1`,
    },
    {
      name: 'a backslash before another sign in a string',
      text: String.raw`m s="C:\x" 1`,
      reads: String.raw`m | s string "C:\\x" | @1`,
    },
    { name: 'an empty string', text: 'm s=""', reads: 'm | s string "" | @NaN' },
    { name: 'blanks before, between and behind', text: '  m   v=1   5  ', reads: 'm | v float 1 | @5' },
    { name: 'CRLF', text: 'm v=1 5\r\n', reads: 'm | v float 1 | @5' },
    { name: 'a time before 1970', text: 'm v=1 -5', reads: 'm | v float 1 | @-5' },
    {
      name: 'the largest integers',
      text: 'm i=9223372036854775807i,j=-9223372036854775808i,u=18446744073709551615u',
      reads:
        'm | i integer 9223372036854776000 | j integer -9223372036854776000 | u unsigned 18446744073709552000 | @NaN',
    },
    { name: 'nanoseconds', text: 'm v=1 1700000000123456789', reads: 'm | v float 1 | @1700000000123456500' },
  ])('$name', ({ text, reads }) => {
    expect(read(text)).toEqual([reads]);
  });
});

describe('a line that is refused', () => {
  const tags = (n: number) => Array.from({ length: n }, (_, i) => `,t${i}=x`).join('');
  const fields = (n: number) => Array.from({ length: n }, (_, i) => `f${i}=1`).join(',');
  test.for<{ name: string; text: string; fault: string }>([
    { name: 'no measurement', text: ',t=1 v=1', fault: 'no-measurement at 1' },
    { name: 'no fields', text: 'm', fault: 'no-fields at 2' },
    { name: 'no fields but a blank', text: 'm ', fault: 'no-fields at 3' },
    { name: 'tags without fields', text: 'm,t=1', fault: 'no-fields at 6' },
    { name: 'a tag without a value', text: 'm,t= v=1', fault: 'bad-tag at 5' },
    { name: 'a tag without a name', text: 'm,=x v=1', fault: 'bad-tag at 3' },
    { name: 'a tag without an equals sign', text: 'm,t v=1', fault: 'bad-tag at 4' },
    { name: 'a tag with two', text: 'm,t=a=b v=1', fault: 'bad-tag at 6' },
    { name: 'a comma before the fields', text: 'm,t=a, v=1', fault: 'bad-tag at 7' },
    { name: 'a field without a value', text: 'm v=', fault: 'bad-number at 5' },
    { name: 'a field without a name', text: 'm =1', fault: 'bad-field at 3' },
    { name: 'a field without an equals sign', text: 'm v', fault: 'bad-field at 4' },
    { name: 'a comma behind the fields', text: 'm v=1, 5', fault: 'bad-field at 7' },
    { name: 'text that is not quoted', text: 'm v=abc', fault: 'bad-number at 5' },
    { name: 'single quotes', text: `m v='x'`, fault: 'bad-number at 5' },
    { name: 'NaN', text: 'm v=NaN', fault: 'bad-number at 5' },
    { name: 'infinity', text: 'm v=-inf', fault: 'bad-number at 5' },
    { name: 'a float beyond all', text: 'm v=1e999', fault: 'bad-number at 5' },
    { name: 'an integer with a fraction', text: 'm v=1.5i', fault: 'bad-number at 5' },
    { name: 'an integer that is too large', text: 'm v=99999999999999999999i', fault: 'bad-number at 5' },
    { name: 'a negative unsigned', text: 'm v=-1u', fault: 'bad-number at 5' },
    { name: 'hexadecimal', text: 'm v=0x10', fault: 'bad-number at 5' },
    { name: 'two numbers in one', text: 'm v=1.2.3', fault: 'bad-number at 5' },
    { name: 'a string without its end', text: 'm v="abc', fault: 'unended-string at 5' },
    { name: 'something behind a string', text: 'm v="abc"d', fault: 'bad-field at 10' },
    { name: 'a time that is none', text: 'm v=1 now', fault: 'bad-time at 7' },
    { name: 'a time with a fraction', text: 'm v=1 1.5', fault: 'bad-time at 7' },
    { name: 'a time that is too long', text: `m v=1 ${'9'.repeat(22)}`, fault: 'bad-time at 7' },
    { name: 'something behind the time', text: 'm v=1 5 x', fault: 'bad-time at 7' },
    { name: 'too many tags', text: `m${tags(INFLUX_TAGS_MAX + 1)} v=1`, fault: 'too-many-tags at' },
    { name: 'too many fields', text: `m ${fields(INFLUX_FIELDS_MAX + 1)}`, fault: 'too-many-fields at' },
    { name: 'a long head', text: `m,t=${'x'.repeat(1000)} v=1`, fault: 'name-too-long at' },
    { name: 'a long field name', text: `m ${'x'.repeat(256)}=1`, fault: 'name-too-long at' },
  ])('$name', ({ text, fault }) => {
    const found = read(`${text}\nlast v=1`);
    expect(found[0]).toContain(`1: ${fault}`);
    expect(found.at(-1)).toBe('last | v float 1 | @NaN');
    expect(found).toHaveLength(2);
  });

  test('is too long', () => {
    const body = `m s="${'x'.repeat(INFLUX_LINE_BYTES_MAX)}"\nlast v=1`;
    expect(read(body)).toEqual([
      `1: line-too-long at ${INFLUX_LINE_BYTES_MAX + 1}`,
      'last | v float 1 | @NaN',
    ]);
  });
});

describe('a body', () => {
  test('comments and empty lines say nothing; lines keep their numbers', () => {
    const body = '# a\n\nm v=1\n  # b\n\r\nm v=x\nm s="1\n2"\nm v=y\n';
    expect(read(body)).toEqual([
      'm | v float 1 | @NaN',
      '6: bad-number at 5',
      String.raw`m | s string "1\n2" | @NaN`,
      '9: bad-number at 5',
    ]);
  });

  test('a quote that is missing costs its own line alone', () => {
    expect(read('a s="x\nb v=1\nc s="y"\nd v=2\n')).toEqual([
      '1: unended-string at 5',
      'b | v float 1 | @NaN',
      'c | s string "y" | @NaN',
      'd | v float 2 | @NaN',
    ]);
  });

  test('read in pieces, is the same', () => {
    const body = 'a v=1\n\nb s="1\n2"\n#\nc v=x\nd v=1 5';
    for (const max of [1, 2, 3]) expect(read(body, max)).toEqual(read(body));
  });

  test('the host is found among the tags', () => {
    const hosts: string[] = [];
    const bytes = Buffer.from('a,host=x,b=1 v=1\na,hosts=x v=1\na,b=1,host=y\\ z v=1\n');
    decodeInflux(bytes, { start: 0, end: bytes.length }, emptyInfluxLine(), {
      line: ({ hostAt, hostLength }) => hosts.push(bytes.subarray(hostAt, hostAt + hostLength).toString()),
      refused: (fault) => hosts.push(fault),
    });
    expect(hosts).toEqual(['x', '', 'y\\ z']);
  });

  test('every prefix of a line reads as something or is refused', () => {
    const bytes = Buffer.from(String.raw`cpu,host=a\ b,cpu=cpu0 idle=99.5,n=3i,s="a \" b",b=true 1700000000`);
    for (let end = 1; end <= bytes.length; end += 1) expect(read(bytes.subarray(0, end))).toHaveLength(1);
  });

  test('never throws and never stands still', () => {
    const signs = Buffer.from('m,= "\\\n\r#tif1.-e');
    const bytes = fc.array(fc.oneof(fc.constantFrom(...signs), fc.nat(255)), { maxLength: 200 });
    fc.assert(
      fc.property(bytes, (body) => {
        const lines = body.filter((byte) => byte === 0x0a).length + 1;
        expect(read(Uint8Array.from(body)).length).toBeLessThanOrEqual(lines);
      }),
      { numRuns: 2000 },
    );
  });
});
