import { isMap, isSeq } from 'yaml';
import type { ArchiveRule, ArchiveSet, ArchiveWish } from '../contract/config.ts';
import { list, mapping, required } from './readers.ts';
import type { Reader } from './readers.ts';
import { choice, duration, pattern } from './scalars.ts';

/** `store.rrd.archives`: a known set, a list of archives, or rules that give some metrics a set of their own. */

const ARCHIVES_MAX = 50;
const RULES_MAX = 200;
const EVERYTHING = '.*';

export const DEFAULT_ARCHIVES: readonly ArchiveRule[] = [{ match: EVERYTHING, use: 'default' }];

const DRAWN = 'one of AVERAGE, such as { cf: AVERAGE, step: 10s, keep: 1d }: graphs are drawn from it';
const known = choice(['default', 'collectd', 'gmetad']);
const wishes = list(
  mapping({
    cf: required(choice(['AVERAGE', 'MIN', 'MAX', 'LAST'])),
    step: required(duration({ min: '1s', max: '365d' })),
    keep: required(duration({ min: '1s' })),
  }),
  { min: 1, max: ARCHIVES_MAX },
);

const archiveSet: Reader<ArchiveSet> = {
  expected: 'one of default, collectd, gmetad, or a list of archives { cf: AVERAGE, step: 10s, keep: 1d }',
  emptyIsDefault: true,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (!isSeq(opened.node)) return known.read(opened, reading);
    const listed = wishes.read(opened, reading);
    const kinds = listed?.map(({ value }) => value.values.cf) ?? [];
    // Where a kind is missing or wrong that is told already.
    if (kinds.length > 0 && kinds.every((cf) => cf !== undefined && cf !== 'AVERAGE')) {
      reading.fault(opened.offset, 'no archive of AVERAGE is in the list', { expected: DRAWN });
    }
    return listed?.flatMap(({ value: wish, offset }): ArchiveWish[] => {
      const { cf, step: stepMs, keep: keepMs } = wish.values;
      if (cf === undefined || stepMs === undefined || keepMs === undefined) return [];
      if (keepMs >= stepMs) return [{ cf, stepMs, keepMs }];
      reading.fault(offset, 'the archive is kept for less than one step', {
        expected: 'keep of at least step',
      });
      return [];
    });
  },
};

const rules = list(mapping({ match: required(pattern), use: required(archiveSet) }), {
  min: 1,
  max: RULES_MAX,
});

export const archiveRules: Reader<readonly ArchiveRule[]> = {
  expected: `${archiveSet.expected}, or a list of rules { match: "df-.*", use: … }`,
  emptyIsDefault: true,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    const { node } = opened;
    const first = isSeq(node) ? node.items[0] : undefined;
    if (isMap(first) && (first.has('match') || first.has('use'))) {
      return rules.read(opened, reading)?.flatMap(({ value: { values } }) => {
        const { match, use } = values;
        return match === undefined || use === undefined ? [] : [{ match, use }];
      });
    }
    const use = archiveSet.read(opened, reading);
    return use === undefined ? undefined : [{ match: EVERYTHING, use }];
  },
};
