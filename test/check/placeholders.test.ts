import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/model/pattern.ts';
import { fillEach, fillText } from '../../src/check/placeholders.ts';
import { parseTemplate } from '../../src/model/placeholder.ts';
import { knownHost } from './definition.ts';
import type { Pattern } from '../../src/model/pattern.ts';

function pattern(source: string): Pattern {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.pattern;
}

const scope = {
  host: knownHost('web-eu', 'rack7-n3', { cpu_num: '8', os_name: 'Linux 6', empty: '', nonsense: 'eight' }),
  metric: 'df-var-log/percent_bytes-used',
  patterns: {
    cluster: pattern('web-(.*)'),
    host: pattern('rack(?P<rack>[0-9]+)-(.*)'),
    metric: pattern('df-(?P<disk>.*)/percent_(.*)'),
  },
};

describe('filled in', () => {
  test.for([
    { text: 'plain', filled: 'plain' },
    { text: '{{cluster}} {{host.name}} {{host.address}}', filled: 'web-eu rack7-n3 192.0.2.1' },
    { text: '{{host.facts.os_name}}', filled: 'Linux 6' },
    { text: '{{host.facts.empty}}', filled: '' },
    { text: '{{host.facts.cpu_num * 2}}', filled: '16' },
    { text: '{{host.facts.cpu_num*0.75}}:', filled: '6:' },
    { text: '{{host.facts.cpu_num / 3}}', filled: '2.66666666667' },
    { text: '{{host.facts.rack | none}}', filled: 'none' },
    { text: '{{ host.facts.rack * 2 | 1}}', filled: '1' },
    { text: '{{metric}}', filled: 'df-var-log/percent_bytes-used' },
    { text: 'disk {{metric.disk}} {{metric.2}}', filled: 'disk var-log bytes-used' },
    { text: '{{host.rack}} {{host.2}} {{cluster.1}}', filled: '7 n3 eu' },
  ])('$text', ({ text, filled }) => expect(fillText(text, scope)).toEqual({ ok: true, text: filled }));
});

describe('without a value', () => {
  test.for([
    { text: '{{host.facts.rack}}', fault: '{{host.facts.rack}} has no value' },
    { text: '{{host.facts.nonsense * 2}}', fault: '{{host.facts.nonsense * 2}} is no number: "eight"' },
    { text: '{{host.facts.empty / 2}}', fault: '{{host.facts.empty / 2}} is no number: ""' },
    { text: '{{metric.3}}', fault: '{{metric.3}} has no value' },
  ])('$text', ({ text, fault }) => expect(fillText(text, scope)).toEqual({ ok: false, fault }));

  test('a fact that comes as a metric', () => {
    const host = { ...scope.host, records: new Map([['cpu_num', 2]]) };
    expect(fillText('{{host.facts.cpu_num * 2}}', { ...scope, host: { ...host, facts: new Map() } })).toEqual(
      {
        ok: false,
        fault:
          '{{host.facts.cpu_num * 2}} has no value: cpu_num is sent as a metric that varies, not as a constant',
      },
    );
  });

  test('of no metric, and of a host without an address', () => {
    const bare = { ...scope, metric: null, host: { ...scope.host, address: '' } };
    expect(fillText('{{metric.1}}', bare).ok).toBe(false);
    expect(fillText('{{host.address}}', bare).ok).toBe(false);
  });
});

describe('what is no placeholder', () => {
  test.for([
    '{{host}}{{',
    '{{}}',
    '{{hosts.name}}',
    '{{host.facts.}}',
    '{{metric.}}',
    '{{host.facts.a * b}}',
    '{{host.facts.a / 0}}',
    '{{metric + 1}}',
    '{{metric.a.b}}',
  ])('%s', (text) => expect(parseTemplate(text).ok).toBe(false));
});

test('arguments stay one each, whatever is in them', () => {
  const host = knownHost('web', 'h', { evil: 'a b; rm -rf / $(x) {{host.name}} \'"' });
  expect(fillEach(['-H', '{{host.facts.evil}}', '-x'], { ...scope, host })).toEqual({
    ok: true,
    texts: ['-H', 'a b; rm -rf / $(x) {{host.name}} \'"', '-x'],
  });
  expect(fillEach(['-H', '{{host.facts.none}}'], { ...scope, host }).ok).toBe(false);
});
