/**
 * `{{…}}` in texts of service definitions: `{{cluster}}`, `{{host.name}}`, `{{host.address}}`,
 * `{{host.facts.NAME}}`, `{{metric}}`, and what the patterns of cluster, host and metric caught, by number or
 * name: `{{metric.1}}`, `{{host.rack}}`. Behind it may stand `* 2` or `/ 2`, and then what stands for all of
 * it where there is no value: `{{host.facts.cpu_num * 2 | 8}}`.
 */
export interface Placeholder {
  /** As it is written, for messages. */
  readonly text: string;
  readonly value: PlaceholderValue;
  /** The value, a number, is multiplied by it; null: any text will do. */
  readonly times: number | null;
  readonly fallback: string | null;
}

export type PlaceholderSubject = 'cluster' | 'host' | 'metric';

export type PlaceholderValue =
  | { readonly kind: 'name'; readonly of: PlaceholderSubject }
  | { readonly kind: 'address' }
  | { readonly kind: 'fact'; readonly fact: string }
  | { readonly kind: 'capture'; readonly of: PlaceholderSubject; readonly group: string };

/** A text's parts, in order. */
export type Template = readonly (string | Placeholder)[];

export type ParsedTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly fault: string };

const PLACEHOLDER = /\{\{([^{}]*)\}\}/;
const INSIDE = /^ ?([\w.:-]+) ?(?:([*/]) ?(\d{1,9}(?:\.\d{1,6})?) ?)?(?:\|([^|]*))?$/;
const KNOWN = 'cluster, host.name, host.address, host.facts.NAME, metric or what a pattern caught: metric.1';

/** Total: what is wrong comes back in words. */
export function parseTemplate(text: string): ParsedTemplate {
  const template: (string | Placeholder)[] = [];
  for (const [i, part] of text.split(PLACEHOLDER).entries()) {
    if (i % 2 === 0) {
      if (part.includes('{{')) return { ok: false, fault: 'has a "{{" without its "}}"' };
      if (part !== '') template.push(part);
      continue;
    }
    const placeholder = parsePlaceholder(part);
    if (typeof placeholder === 'string') return { ok: false, fault: placeholder };
    template.push(placeholder);
  }
  return { ok: true, template };
}

/** The placeholders of a text; none where it cannot be parsed. */
export function placeholdersOf(text: string): Placeholder[] {
  if (!text.includes('{{')) return [];
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.template.filter((part) => typeof part !== 'string') : [];
}

function parsePlaceholder(inside: string): Placeholder | string {
  const text = `{{${inside}}}`;
  const [, path = '', operator, number = '1', fallback] = INSIDE.exec(inside.trim()) ?? [];
  const value = valueOf(path);
  if (value === null) return `has the placeholder ${text}, which is not known: ${KNOWN}`;
  const operand = Number(number);
  if (operator === '/' && operand === 0) return `divides by 0 in ${text}`;
  const times = operator === undefined ? null : operator === '/' ? 1 / operand : operand;
  return { text, value, times, fallback: fallback?.trim() ?? null };
}

function valueOf(path: string): PlaceholderValue | null {
  const dot = path.indexOf('.');
  const of = dot === -1 ? path : path.slice(0, dot);
  const rest = dot === -1 ? '' : path.slice(dot + 1);
  if (of !== 'cluster' && of !== 'host' && of !== 'metric') return null;
  if (dot === -1) return { kind: 'name', of };
  if (rest === '') return null;
  if (of === 'host') {
    if (rest === 'name') return { kind: 'name', of };
    if (rest === 'address') return { kind: 'address' };
    if (rest.startsWith('facts.')) return rest.length > 6 ? { kind: 'fact', fact: rest.slice(6) } : null;
  }
  return /^\w+$/.test(rest) ? { kind: 'capture', of, group: rest } : null;
}
