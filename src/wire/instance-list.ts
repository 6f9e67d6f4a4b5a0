import {
  ADDRESSES_PER_INSTANCE_MAX,
  LISTED_INSTANCES_MAX,
  TAG_NAME_CHARS_MAX,
  TAG_VALUE_CHARS_MAX,
  TAGS_PER_INSTANCE_MAX,
  WORDS_CHARS_MAX,
} from '../limits.ts';
import type { ListFault, ListItem } from '../contract/instance-list.ts';

/** Items as they came: each is read by `readItem`. */
export type ListOpened =
  | { readonly ok: true; readonly items: readonly unknown[] }
  /** What it is instead of a list, in words. */
  | { readonly ok: false; readonly fault: string };

export type ItemRead =
  | { readonly ok: true; readonly item: ListItem; readonly faults: readonly ItemFault[] }
  /** `names`: what it can be told by all the same: nobody of that id or host is gone from the list. */
  | { readonly ok: false; readonly fault: ItemFault; readonly names: readonly string[] };

export interface ItemFault {
  readonly fault: ListFault;
  /** The words that are wrong, cut short. */
  readonly quote: string;
}

/**
 * A list of instances: `[…]` or `{ "instances": […] }`. Anything else, such as the first half of one, is a
 * fault: it says nothing of any instance. So is one that is longer than LISTED_INSTANCES_MAX: to cut it would
 * be to say that the others are gone.
 */
export function openList(text: string): ListOpened {
  let said: unknown;
  try {
    said = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return { ok: false, fault: `is not whole JSON (${beginning(text)})` };
  }
  const items = isObject(said) && !Array.isArray(said) ? field(said, 'instances') : said;
  if (!Array.isArray(items)) {
    return { ok: false, fault: 'is neither [instance, …] nor { "instances": [instance, …] }' };
  }
  if (items.length <= LISTED_INSTANCES_MAX) return { ok: true, items };
  return { ok: false, fault: `has ${items.length} instances; ${LISTED_INSTANCES_MAX} are read at most` };
}

function beginning(text: string): string {
  const shown = quoteOf(text.trimStart().slice(0, 40));
  return shown === '' ? 'it is empty' : `${text.length} characters that begin ${JSON.stringify(shown)}`;
}

/** One item, its shape alone: whether its names may be used is asked of src/fleet/names.ts. */
export function readItem(said: unknown): ItemRead {
  if (!isObject(said) || Array.isArray(said)) return refused('no-object', briefly(said));
  const id = nameAt(said, ['instance_id', 'id']);
  const host = nameAt(said, ['host', 'name', 'hostname']);
  const names = [id, host].filter((name) => typeof name === 'string');
  const group = nameAt(said, ['group']);
  const words = [id, host, group, textAt(said, 'state'), textAt(said, 'region'), textAt(said, 'zone')];
  const unread = words.find((word) => typeof word === 'object' && word !== null);
  if (unread) return refused('no-text', unread.notText, names);
  const [, , , state, region, zone] = words.map((word) => (typeof word === 'string' ? word : ''));
  if (typeof group !== 'string') return refused('no-group', names.join(' '), names);
  if (typeof id !== 'string' && typeof host !== 'string') return refused('no-name', group);
  const tags = tagsOf(field(said, 'tags'));
  const addresses = addressesOf(said);
  const item = {
    group,
    instanceId: typeof id === 'string' ? id : null,
    host: typeof host === 'string' ? host : null,
    state: state ?? '',
    region: region ?? '',
    zone: zone ?? '',
    addresses: addresses.kept,
    tags: tags.kept,
  };
  return { ok: true, item, faults: [...addresses.faults, ...tags.faults] };
}

function refused(fault: ListFault, quote: string, names: readonly string[] = []): ItemRead {
  return { ok: false, fault: { fault, quote: quoteOf(quote) }, names };
}

/** What it is, in a word: what is nested deeply cannot be written down. */
function briefly(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  return isObject(value) ? '{…}' : JSON.stringify(value);
}

/** The first few words of something, fit to be shown. */
function quoteOf(text: string): string {
  return plain(text.slice(0, 60)).trim();
}

function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  return text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f]+/gu, ' ');
}

type Word = string | null | { readonly notText: string };

/** The first of these keys that says something. Ids of some clouds are numbers. */
function nameAt(said: object, keys: readonly string[]): Word {
  for (const key of keys) {
    const value = field(said, key);
    const word = Number.isSafeInteger(value) ? String(value) : wordOf(key, value);
    if (word !== null) return word;
  }
  return null;
}

function textAt(said: object, key: string): Word {
  const word = wordOf(key, field(said, key));
  return typeof word === 'string' ? plain(word.slice(0, WORDS_CHARS_MAX)) : word;
}

/** Null where it says nothing. */
function wordOf(key: string, value: unknown): Word {
  if (value == null || value === '') return null;
  return typeof value === 'string' ? value : { notText: `${key}: ${briefly(value)}` };
}

interface Kept<T> {
  readonly kept: readonly T[];
  readonly faults: readonly ItemFault[];
}

/** What stands under `address`, `addresses` and `private_ip`, each once, whether it is an address or not. */
function addressesOf(said: object): Kept<string> {
  const all = ['address', 'addresses', 'private_ip'].flatMap((key) => field(said, key) ?? []);
  const words = all.filter((one) => typeof one === 'string' && one !== '');
  const faults: ItemFault[] = [];
  const other = all.find((one) => typeof one !== 'string');
  if (other !== undefined) faults.push({ fault: 'bad-address', quote: quoteOf(briefly(other)) });
  const kept = [...new Set(words as string[])];
  const beyond = kept[ADDRESSES_PER_INSTANCE_MAX];
  if (beyond !== undefined) faults.push({ fault: 'too-many', quote: quoteOf(`addresses: ${beyond}`) });
  return { kept: kept.slice(0, ADDRESSES_PER_INSTANCE_MAX), faults };
}

type Tag = readonly [name: string, value: string];

/** `{ name: value }` or EC2's `[{ "Key": name, "Value": value }]`. A bad one costs itself alone. */
function tagsOf(said: unknown): Kept<Tag> {
  if (said == null) return { kept: [], faults: [] };
  const pairs = Array.isArray(said)
    ? said.map((one: unknown) =>
        isObject(one) ? ([field(one, 'Key'), field(one, 'Value')] as const) : [one],
      )
    : isObject(said)
      ? Object.entries(said)
      : [[said]];
  const kept = new Map<string, string>();
  const faults: ItemFault[] = [];
  for (const [name, value] of pairs) {
    const tag = tagOf(name, value);
    const fault = tag === undefined ? 'bad-tag' : kept.size < TAGS_PER_INSTANCE_MAX ? undefined : 'too-many';
    if (tag !== undefined && fault === undefined) kept.set(...tag);
    else if (fault !== undefined) faults.push({ fault, quote: quoteOf(`tag ${briefly(name)}`) });
  }
  return { kept: [...kept], faults };
}

function tagOf(name: unknown, value: unknown): [name: string, value: string] | undefined {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (typeof name !== 'string' || !isPlain) return undefined;
  const text = String(value);
  const fits = name !== '' && name.length <= TAG_NAME_CHARS_MAX && text.length <= TAG_VALUE_CHARS_MAX;
  return fits && isPrintable(name) && isPrintable(text) ? [name, text] : undefined;
}

function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return !/[\u0000-\u001f\u007f]/u.test(text) && text.isWellFormed();
}

function isObject(said: unknown): said is object {
  return typeof said === 'object' && said !== null;
}

/** Own keys only: what comes from outside is asked for nothing else. */
function field(said: object, key: string): unknown {
  return Object.hasOwn(said, key) ? Reflect.get(said, key) : undefined;
}
