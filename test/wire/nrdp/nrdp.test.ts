import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESULTS_PER_CALL_MAX } from '../../../src/limits.ts';
import { readNrdpJson } from '../../../src/wire/nrdp/json.ts';
import { readNrdpXml } from '../../../src/wire/nrdp/xml.ts';

const taken = (host: string, service: string, code: number, output = 'fine', timeS?: number) => ({
  ok: true,
  result: { host, service, code, output, timeS },
});
const refused = (fault: string, about: string) => ({ ok: false, fault, about });

/** The same results in both forms. */
const CASES = [
  {
    name: 'a service',
    fields: { type: 'service', hostname: 'h', servicename: 's', state: '1', output: 'WARNING | disk=75%;' },
    item: taken('h', 's', 1, 'WARNING | disk=75%;'),
  },
  {
    name: 'a host',
    fields: { type: 'host', hostname: 'h', state: '1', output: 'fine' },
    item: taken('h', '', 1),
  },
  { name: 'no type', fields: { hostname: 'h', state: '0', output: 'fine' }, item: taken('h', '', 0) },
  {
    name: 'no type, and a service',
    fields: { hostname: 'h', servicename: 's', state: '0', output: 'fine' },
    item: taken('h', 's', 0),
  },
  {
    name: 'a host in spite of a service',
    fields: { type: 'HOST', hostname: 'h', servicename: 's', state: 'down', output: 'fine' },
    item: taken('h', '', 1),
  },
  {
    name: 'a word',
    fields: { hostname: 'h', servicename: 's', state: 'Critical', output: 'fine' },
    item: taken('h', 's', 2),
  },
  {
    name: 'no state of Nagios',
    fields: { hostname: 'h', servicename: 's', state: '127', output: 'fine' },
    item: taken('h', 's', 127),
  },
  {
    name: 'a time',
    fields: { hostname: 'h', state: 'UP', output: 'fine', time: '1700000000' },
    item: taken('h', '', 0, 'fine', 1_700_000_000),
  },
  {
    name: 'several lines',
    fields: { hostname: 'h', state: '0', output: 'a\nb|c=1\n<&>"d' },
    item: taken('h', '', 0, 'a\nb|c=1\n<&>"d'),
  },
  { name: 'no output', fields: { hostname: 'h', state: '0' }, item: taken('h', '', 0, '') },
  {
    name: 'no host',
    fields: { type: 'service', servicename: 's', state: '0' },
    item: refused('bad-result', 's'),
  },
  {
    name: 'no service',
    fields: { type: 'service', hostname: 'h', state: '0' },
    item: refused('bad-result', 'h'),
  },
  { name: 'no state', fields: { hostname: 'h' }, item: refused('bad-result', 'h') },
  {
    name: 'another type',
    fields: { type: 'contact', hostname: 'h', state: '0' },
    item: refused('bad-result', 'h'),
  },
  {
    name: 'another word',
    fields: { hostname: 'h', servicename: 's', state: 'DOWN' },
    item: refused('bad-code', 'h / s'),
  },
  {
    name: 'another time',
    fields: { hostname: 'h', state: '0', time: 'now' },
    item: refused('bad-time', 'h'),
  },
] satisfies readonly { name: string; fields: Record<string, string>; item: unknown }[];

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('>', '&gt;');

function jsonOf({ type, ...fields }: Record<string, string>): string {
  return JSON.stringify({
    checkresults: [{ ...(type === undefined ? {} : { checkresult: { type } }), ...fields }],
  });
}

function xmlOf({ type, ...fields }: Record<string, string>): string {
  const elements = Object.entries(fields).map(([name, text]) => `    <${name}>${escaped(text)}</${name}>\n`);
  const said = type === undefined ? '' : ` type="${type}" checktype="1"`;
  return `<?xml version='1.0'?>\n<checkresults>\n  <checkresult${said}>\n${elements.join('')}  </checkresult>\n</checkresults>\n`;
}

describe.for(CASES)('$name', ({ fields, item }) => {
  test('JSON', () => expect(readNrdpJson(jsonOf(fields))).toEqual({ ok: true, items: [item] }));
  test('XML', () => expect(readNrdpXml(xmlOf(fields))).toEqual({ ok: true, items: [item] }));
});

describe('JSON', () => {
  test('numbers for states and times', () => {
    const text = '{"checkresults":[{"hostname":"h","servicename":"s","state":2,"output":"x","time":17.5}]}';
    expect(readNrdpJson(text)).toEqual({ ok: true, items: [taken('h', 's', 2, 'x', 17.5)] });
  });
  test.for([
    { text: '', fault: 'the JSON cannot be read' },
    { text: '{"checkresults":{}}', fault: 'the JSON has no list of checkresults' },
    { text: 'null', fault: 'the JSON has no list of checkresults' },
    { text: '{"__proto__":{"checkresults":[]}}', fault: 'the JSON has no list of checkresults' },
    { text: '['.repeat(100_000), fault: 'the JSON cannot be read' },
    {
      text: JSON.stringify({ checkresults: Array.from({ length: RESULTS_PER_CALL_MAX + 1 }, () => ({})) }),
      fault: `a message has at most ${RESULTS_PER_CALL_MAX} results: send several`,
    },
  ])('$fault', ({ text, fault }) => expect(readNrdpJson(text)).toEqual({ ok: false, fault }));
  test('one that is nothing does not cost the others', () => {
    const text = '{"checkresults":[null,{"hostname":"h","state":"0","output":"fine"}]}';
    expect(readNrdpJson(text)).toEqual({ ok: true, items: [refused('bad-result', ''), taken('h', '', 0)] });
  });
});

describe('XML', () => {
  test('character data, comments and elements that nobody knows', () => {
    const text = `<checkresults><checkresult type='service'><!-- x --><more><hostname>no</hostname></more>
      <hostname> h </hostname><servicename>s</servicename><state>0</state>
      <output><![CDATA[<fine> & ]]>well&#33;</output></checkresult><checkresult><hostname>g</hostname><state>0</state>
      <output>fine</output></checkresult></checkresults>`;
    expect(readNrdpXml(text)).toEqual({
      ok: true,
      items: [taken('h', 's', 0, '<fine> & well!'), taken('g', '', 0)],
    });
  });
  const LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>';
  test.for([
    { name: 'nothing', text: '', fault: /^the XML cannot be read/u },
    { name: 'no end', text: '<checkresults><checkresult>', fault: /^the XML cannot be read/u },
    { name: 'something else', text: '<html></html>', fault: /no checkresults/u },
    {
      name: 'entities of its own',
      text: `${LAUGHS}<checkresults>&b;</checkresults>`,
      fault: /document type/u,
    },
    {
      name: 'a file of ours',
      text: '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><checkresults/>',
      fault: /document type/u,
    },
    {
      name: 'an unknown entity',
      text: '<checkresults>&f;</checkresults>',
      fault: /^the XML cannot be read, at 1:\d+$/u,
    },
    { name: 'a deep one', text: `<checkresults>${'<a>'.repeat(100)}`, fault: /too deep/u },
    {
      name: 'many',
      text: `<checkresults>${'<checkresult/>'.repeat(RESULTS_PER_CALL_MAX + 1)}</checkresults>`,
      fault: /at most/u,
    },
  ])('$name', ({ text, fault }) => {
    expect(readNrdpXml(text)).toEqual({ ok: false, fault: expect.stringMatching(fault) });
  });
});

test('never throws', () => {
  const pieces = fc.constantFrom(
    '<checkresults>',
    '<checkresult type="',
    '">',
    '</',
    '<![CDATA[',
    '&',
    '{"',
    '[',
    'x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))), (parts) => {
      readNrdpXml(parts.join(''));
      readNrdpXml(`<checkresults><checkresult>${parts.join('')}`);
      readNrdpJson(parts.join(''));
    }),
  );
});
