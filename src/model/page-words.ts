import { nearest } from './nearest.ts';

/**
 * What a template of a page may speak of: `{{summary}}`. Names only, no logic: whoever needs more takes the
 * webhook's JSON.
 */
export const PAGE_WORDS = [
  'summary',
  'title',
  'kind',
  'state',
  'state_type',
  'cluster',
  'host',
  'service',
  'output',
  'since',
  'since_ms',
  'notes',
  'runbook',
  'url',
  'acknowledge_url',
  'incident',
  'route',
  'receiver',
  'id',
  'count',
  'open',
  'services',
] as const;
export type PageWord = (typeof PAGE_WORDS)[number];
export type PageWords = Readonly<Record<PageWord, string>>;

const PLACEHOLDER = /\{\{ *([^{}]*?) *\}\}/gu;
const NAMES: ReadonlySet<string> = new Set(PAGE_WORDS);

/** What is wrong with a template, in words that go on after its key; undefined: nothing is. */
export function pageTemplateFault(template: string): string | undefined {
  for (const [text, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (isPageWord(name)) continue;
    const meant = nearest(name, PAGE_WORDS);
    const hint = meant === undefined ? `known are ${PAGE_WORDS.join(', ')}` : `did you mean {{${meant}}}?`;
    return `has the placeholder ${text}, which is not known: ${hint}`;
  }
  return template.replaceAll(PLACEHOLDER, '').includes('{{') ? 'has a "{{" without its "}}"' : undefined;
}

/**
 * A template with its placeholders filled in, once: a value that looks like one stays as it is. `escape` sees
 * every value before it goes in.
 */
export function fillPage(template: string, words: PageWords, escape: (value: string) => string): string {
  return template.replaceAll(PLACEHOLDER, (text, name: string) => {
    return isPageWord(name) ? escape(words[name]) : text;
  });
}

/** How values are written into a body of that type. */
export function escapeFor(contentType: string): (value: string) => string {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === 'application/json' || type.endsWith('+json')) return asJson;
  if (type === 'application/x-www-form-urlencoded') return asForm;
  if (type === 'text/html' || type.endsWith('/xml') || type.endsWith('+xml')) return asMarkup;
  return asItIs;
}

/** A value of a header: on one line, in the characters that one may have (RFC 9110, 5.5). */
export function asHeader(value: string): string {
  return value.replaceAll(/[^\t\u0020-\u007e\u00a1-\u00ff]+/gu, ' ').trim();
}

/** Inside the quotes of a JSON string. */
function asJson(value: string): string {
  return JSON.stringify(value.toWellFormed()).slice(1, -1);
}

function asForm(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** In text or an attribute's quotes of HTML and XML. */
export function asMarkup(value: string): string {
  return value.replaceAll(/[&<>"']/gu, (character) => ENTITIES.get(character) ?? character);
}

function asItIs(value: string): string {
  return value;
}

function isPageWord(name: string): name is PageWord {
  return NAMES.has(name);
}
