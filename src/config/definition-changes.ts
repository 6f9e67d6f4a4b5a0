import { isDeepStrictEqual } from 'node:util';
import { spanWords } from '../model/duration.ts';
import { SETTING_KEYS, SETTING_NAMES } from './check-settings.ts';
import type {
  CheckRules,
  CheckSettings,
  ClusterSettings,
  ServiceDefinition,
  TimePeriodDefinition,
} from '../contract/checks.ts';

/** What became of a definition that both sets do not have alike. */
export type DefinitionNews =
  | { readonly kind: 'added' }
  | { readonly kind: 'removed' }
  /** `critical 8 → 9`, a few of them, and how many more. Arguments of commands are not in it. */
  | { readonly kind: 'changed'; readonly keys: readonly string[] };

/** Keys that are told of one definition. */
const KEYS_TOLD_MAX = 4;
const VALUE_CHARS_MAX = 40;

/** Definitions that are new, gone or other, by name. Where one stands in its file makes it no other. */
export function definitionNews(old: CheckRules, next: CheckRules): ReadonlyMap<string, DefinitionNews> {
  const before = new Map(old.definitions.map((one) => [one.name, one]));
  const after = new Map(next.definitions.map((one) => [one.name, one]));
  const news = new Map<string, DefinitionNews>();
  for (const [name, definition] of after) {
    const was = before.get(name);
    const keys = was === undefined ? [] : keysChanged(was, definition);
    if (was === undefined) news.set(name, { kind: 'added' });
    else if (keys.length > 0) news.set(name, { kind: 'changed', keys: firstOf(keys) });
  }
  for (const name of before.keys()) if (!after.has(name)) news.set(name, { kind: 'removed' });
  return news;
}

/** Time periods that are new, gone or other, in words. */
export function periodNews(old: CheckRules, next: CheckRules): string[] {
  const before = new Map(old.timeperiods.map((one) => [one.name, one]));
  const after = new Map(next.timeperiods.map((one) => [one.name, one]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [`time period ${name} added`];
    if (is === undefined) return [`time period ${name} removed`];
    return isDeepStrictEqual(withoutPlace(was), withoutPlace(is)) ? [] : [`time period ${name} changed`];
  });
}

function withoutPlace({ where: _, ...period }: TimePeriodDefinition): unknown {
  return period;
}

function firstOf(keys: readonly string[]): readonly string[] {
  const more = keys.length - KEYS_TOLD_MAX;
  return more > 0 ? [...keys.slice(0, KEYS_TOLD_MAX), `and ${more} more`] : keys;
}

function keysChanged(old: ServiceDefinition, next: ServiceDefinition): string[] {
  return [
    ...subjectChanges(old, next),
    ...textChange('cluster', old.cluster, next.cluster),
    ...textChange('host', old.host, next.host),
    ...(isDeepStrictEqual(old.facts, next.facts) ? [] : ['facts changed']),
    ...(isDeepStrictEqual(old.exclude, next.exclude) ? [] : ['exclude changed']),
    ...textChange('anchored', String(old.anchored), String(next.anchored)),
    ...textChange('semantics', old.semantics, next.semantics),
    ...settingChanges(old, next),
    ...defaultChanges(old.perCluster, next.perCluster),
  ];
}

/** What a plugin is called with may hold a password: that it is another is all that is said. */
function subjectChanges({ subject: old }: ServiceDefinition, { subject: next }: ServiceDefinition): string[] {
  if (isDeepStrictEqual(old, next)) return [];
  if (old.kind !== next.kind) return [`${old.kind} → ${next.kind}`];
  if (old.kind === 'metric' && next.kind === 'metric') {
    const isOther = !isDeepStrictEqual(old.function, next.function);
    return [
      ...textChange('metric', old.metric, next.metric),
      ...(isOther ? [functionChange(old.function?.name, next.function?.name)] : []),
    ];
  }
  if (old.kind === 'passive' && next.kind === 'passive') {
    return [
      ...textChange('service', old.service ?? '', next.service ?? ''),
      ...(isDeepStrictEqual(old.command, next.command) ? [] : ['command changed']),
    ];
  }
  return [`${next.kind === 'combined' ? next.function : next.kind} changed`];
}

function functionChange(old: string | undefined, next: string | undefined): string {
  return old !== undefined && old === next
    ? `${old} changed`
    : `function ${old ?? 'none'} → ${next ?? 'none'}`;
}

function settingChanges(old: Partial<CheckSettings>, next: Partial<CheckSettings>, of = ''): string[] {
  return SETTING_KEYS.flatMap((key) => {
    const [was, is]: readonly unknown[] = [old[SETTING_NAMES[key]], next[SETTING_NAMES[key]]];
    if (isDeepStrictEqual(was, is)) return [];
    const words = [was, is].map((value) => valueWords(SETTING_NAMES[key], value));
    return isWordy(key) || words.includes(null)
      ? [`${key}${of} changed`]
      : [`${key}${of} ${words.join(' → ')}`];
  });
}

/** Notes are too long to be told, and an address may have a key in it. */
function isWordy(key: string): boolean {
  return key === 'notes' || key === 'runbook';
}

/** What `defaults` say, cluster by cluster; where other clusters are named, only which keys. */
function defaultChanges(old: readonly ClusterSettings[], next: readonly ClusterSettings[]): string[] {
  if (isDeepStrictEqual(clustersOf(old), clustersOf(next))) {
    return next.flatMap(({ cluster, settings }, i) =>
      settingChanges(old[i]?.settings ?? {}, settings, ` of ${cut(cluster)}`),
    );
  }
  return SETTING_KEYS.filter((key) => {
    const said = (list: readonly ClusterSettings[]) =>
      list.flatMap(({ cluster, settings }) => {
        const value = settings[SETTING_NAMES[key]];
        return value === undefined ? [] : [[cluster, value]];
      });
    return !isDeepStrictEqual(said(old), said(next));
  }).map((key) => `${key} by defaults changed`);
}

function clustersOf(list: readonly ClusterSettings[]): string[] {
  return list.map(({ cluster }) => cluster);
}

function textChange(key: string, old: string, next: string): string[] {
  return old === next ? [] : [`${key} ${valueWords(key, old)} → ${valueWords(key, next)}`];
}

/** Null: it has parts, and is not put in words. */
function valueWords(name: string, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return 'none';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    return value.every((one) => typeof one === 'string') ? cut(value.join(', ')) : null;
  }
  if (typeof value === 'number') return name.endsWith('Ms') ? spanWords(value) : String(value);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? cut(value) : null;
}

function cut(text: string): string {
  return text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX - 1)}…` : text;
}
