import { TAG_NAME_CHARS_MAX, TAG_VALUE_CHARS_MAX, TAGS_PER_INSTANCE_MAX } from '../limits.ts';
import { printable } from '../model/printable.ts';
import type { Instance } from './instance.ts';

/** Names become parts of paths, lines and configurations: they are held to a rule, not escaped. */
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/u;
const INSTANCE_ID = /^[A-Za-z0-9._-]{1,64}$/u;
/** gmetad's name for the sums of a cluster: a directory beside those of its hosts. */
const SUMMARY = '__SummaryInfo__';

/** Why this cannot be the name of a host that registers, in words. */
export function hostNameFault(name: string): string | undefined {
  if (name === SUMMARY) return `${SUMMARY} is what the sums of a cluster are called`;
  if (HOST_NAME.test(name) && !/[.-]$/u.test(name)) return undefined;
  return (
    "a host's name begins with a letter, a digit or _, goes on with these and . or -, ends in neither of the two, " +
    'and has at most 253 characters'
  );
}

/** Why this cannot be the id of an instance, in words. */
export function instanceIdFault(id: string): string | undefined {
  if (INSTANCE_ID.test(id)) return undefined;
  return "an instance's id is made of letters, digits and . _ -, and has 1 to 64 characters";
}

export interface SaidOfInstance {
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What of region, zone and tags cannot be kept, in words. */
export function tagsFault({ region = '', zone = '', tags = {} }: SaidOfInstance): string | undefined {
  if (!isValue(region)) return `region ${VALUE_RULE}`;
  if (!isValue(zone)) return `zone ${VALUE_RULE}`;
  const pairs = Object.entries(tags);
  if (pairs.length > TAGS_PER_INSTANCE_MAX) return `an instance has at most ${TAGS_PER_INSTANCE_MAX} tags`;
  if (!pairs.every(([name]) => isTagName(name))) {
    return `the name of a tag has 1 to ${TAG_NAME_CHARS_MAX} characters, none of them a control character`;
  }
  const bad = pairs.find(([, value]) => !isValue(value));
  return bad && `the value of the tag ${bad[0]} ${VALUE_RULE}`;
}

const VALUE_RULE = `has at most ${TAG_VALUE_CHARS_MAX} characters, none of them a control character`;

function isTagName(name: string): boolean {
  return name !== '' && name.length <= TAG_NAME_CHARS_MAX && isPlain(name);
}

function isValue(value: string): boolean {
  return value.length <= TAG_VALUE_CHARS_MAX && isPlain(value);
}

function isPlain(text: string): boolean {
  return printable(text) === text && !/[\t\n]/u.test(text);
}

/** What is known of an instance by its registration and by lists, as facts of its host. */
export function instanceFacts({
  instanceId,
  region,
  zone,
  tags,
}: Pick<Instance, 'instanceId' | 'region' | 'zone' | 'tags'>): [name: string, value: string][] {
  const facts = new Map(tags);
  facts.set('instance_id', instanceId);
  if (region !== '') facts.set('region', region);
  if (zone !== '') facts.set('zone', zone);
  return [...facts];
}
