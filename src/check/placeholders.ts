import { parseTemplate } from '../model/placeholder.ts';
import type { Placeholder, PlaceholderSubject, Template } from '../model/placeholder.ts';
import type { Pattern } from '../model/pattern.ts';

/** A host as definitions look at it. */
export interface KnownHost {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly facts: ReadonlyMap<string, string>;
  /** What it sends, by name; absent: nobody knows. */
  readonly records?: Pick<ReadonlyMap<string, unknown>, 'has'>;
}

/** Of what a text's placeholders speak. */
export interface Scope {
  readonly host: KnownHost;
  /** Null: it is about no series. */
  readonly metric: string | null;
  /** The patterns whose captures may be asked for; null: there are none. */
  readonly patterns: Readonly<Record<PlaceholderSubject, Pattern | null>>;
}

export type Filled =
  | { readonly ok: true; readonly text: string }
  /** A value is not there: in words. */
  | { readonly ok: false; readonly fault: string };

/** A text with its placeholders filled in. */
export function fillText(text: string, scope: Scope): Filled {
  if (!text.includes('{{')) return { ok: true, text };
  const parsed = parseTemplate(text);
  return parsed.ok ? fill(parsed.template, scope) : { ok: false, fault: `"${text}" ${parsed.fault}` };
}

export function fill(template: Template, scope: Scope): Filled {
  let text = '';
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = valueOf(part, scope);
    if (value === null && part.fallback === null) return { ok: false, fault: noValue(part, scope) };
    const shown = value === null || part.times === null ? value : multiplied(value, part.times);
    if (value !== null && shown === null) {
      return { ok: false, fault: `${part.text} is no number: "${value.slice(0, 40)}"` };
    }
    text += shown ?? part.fallback ?? '';
  }
  return { ok: true, text };
}

/** Facts are constants: a metric of that name is none, however seldom it changes. */
function noValue({ text, value }: Placeholder, { host }: Scope): string {
  const varies = value.kind === 'fact' && host.records?.has(value.fact) === true;
  if (!varies) return `${text} has no value`;
  return `${text} has no value: ${value.fact} is sent as a metric that varies, not as a constant`;
}

/** Every argument by itself: what a value holds never makes a second one. */
export function fillEach(
  texts: readonly string[],
  scope: Scope,
): { ok: true; texts: string[] } | { ok: false; fault: string } {
  const filled: string[] = [];
  for (const text of texts) {
    const one = fillText(text, scope);
    if (!one.ok) return one;
    filled.push(one.text);
  }
  return { ok: true, texts: filled };
}

/** A text for people: a placeholder without a value stands as it is written. */
export function fillWords(text: string, scope: Scope): string {
  return filledPartly(text, scope, (value) => value) ?? text;
}

/** An address: a value becomes part of it and nothing else; '' where one is missing. */
export function fillAddress(text: string, scope: Scope): string {
  const filled = fillText(text, scope);
  return filled.ok ? (filledPartly(text, scope, encodeURIComponent) ?? '') : '';
}

function filledPartly(text: string, scope: Scope, written: (value: string) => string): string | null {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return null;
  const shown = parsed.template.map((part) => {
    if (typeof part === 'string') return part;
    const filled = fill([part], scope);
    return filled.ok ? written(filled.text) : part.text;
  });
  return shown.join('');
}

function valueOf({ value }: Placeholder, { host, metric, patterns }: Scope): string | null {
  const names = { cluster: host.cluster, host: host.name, metric };
  switch (value.kind) {
    case 'name':
      return names[value.of];
    case 'address':
      return host.address === '' ? null : host.address;
    case 'fact':
      return host.facts.get(value.fact) ?? null;
    case 'capture': {
      const name = names[value.of];
      return (name === null ? undefined : patterns[value.of]?.captures(name)?.get(value.group)) ?? null;
    }
  }
}

/** Null: it is no number. Twelve digits hold what a person would write. */
function multiplied(value: string, times: number): string | null {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? String(Number((number * times).toPrecision(12))) : null;
}
