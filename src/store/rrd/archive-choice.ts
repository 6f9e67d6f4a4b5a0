import { compilePattern } from '../../model/pattern.ts';
import { PATTERN_MEMO_MAX } from '../../limits.ts';
import { SUMS_HOST } from '../sums.ts';
import type { Pattern } from '../../model/pattern.ts';
import type { ArchiveRule, ArchiveSet } from '../../contract/config.ts';
import type { RecordDescription } from '../../model/record.ts';

/**
 * Which archives a record's new file gets: those of the first rule that matches its metric's whole name, else
 * the default ones. In an adopted tree collectd's values get files as collectd makes them and gmond's metrics
 * as gmetad does where the rules say `default`, because its readers take all its files for alike. Sums are
 * always as gmetad's.
 */
export class ArchiveChoice {
  readonly #rules: readonly { readonly pattern: Pattern; readonly use: ArchiveSet }[];
  /** Metrics' names recur on every host. */
  readonly #memo = new Map<string, ArchiveSet>();

  constructor(rules: readonly ArchiveRule[]) {
    this.#rules = rules.map(({ match, use }) => {
      const compiled = compilePattern(match);
      if (!compiled.ok) throw new Error(`archives: ${match}: ${compiled.fault}`); // Checked when it was read.
      return { pattern: compiled.pattern, use };
    });
  }

  of(record: RecordDescription, adopted: boolean): ArchiveSet {
    if (record.host === SUMS_HOST) return 'gmetad';
    const ruled = this.#ruled(record.metric);
    return ruled === 'default' && adopted ? MAKERS[record.protocol] : ruled;
  }

  #ruled(metric: string): ArchiveSet {
    const known = this.#memo.get(metric);
    if (known !== undefined) return known;
    const use = this.#rules.find((rule) => rule.pattern.matches(metric))?.use ?? 'default';
    if (this.#memo.size < PATTERN_MEMO_MAX) this.#memo.set(metric, use);
    return use;
  }
}

const MAKERS = {
  collectd: 'collectd',
  ganglia: 'gmetad',
  statsd: 'default',
  graphite: 'default',
  influx: 'default',
  plugin: 'default',
} as const;
