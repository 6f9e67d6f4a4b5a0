import { dirname } from 'node:path';
import { CHECK_DEFINITIONS_MAX } from '../limits.ts';
import { definitionOf } from './check-definition.ts';
import { checksReader } from './check-keys.ts';
import { periodErrors, periodOf } from './check-periods.ts';
import { reportPlugins } from './check-plugins.ts';
import { patternReader } from './check-readers.ts';
import { reportReferences } from './check-references.ts';
import { TemplateShelf } from './check-templates.ts';
import { isNothing } from './readers.ts';
import { Reading, readText } from './reading.ts';
import type { CheckRules, Semantics, TimePeriodDefinition } from '../contract/checks.ts';
import type { BodySection } from './check-keys.ts';
import type { Defaults } from './check-definition.ts';
import type { Defined } from './check-references.ts';
import type { Entry } from './check-templates.ts';
import type { ConfigError } from './error.ts';
import type { Located } from './readers.ts';

interface ChecksOutcome {
  readonly rules: CheckRules;
  /** Templates of all files. */
  readonly templates: number;
  readonly errors: ConfigError[];
  readonly warnings: string[];
}

/** What the files hold, before templates and defaults are worked in. */
interface Written {
  readonly services: (Entry & { readonly semantics: Semantics })[];
  readonly templates: Entry[];
  readonly defaults: Defaults[];
  readonly periods: TimePeriodDefinition[];
  /** Every time period has a name. */
  areNamed: boolean;
}

interface Options {
  readonly env: NodeJS.ProcessEnv;
  /** A path as messages show it. */
  readonly display: (path: string) => string;
  /** What files go by that say nothing of their own. */
  readonly semantics?: Semantics;
}

/**
 * All that the files say, templates and defaults worked in, in their order, and everything that is wrong with
 * any of them. Never throws.
 */
export function loadChecks(files: readonly string[], options: Options): ChecksOutcome {
  const written: Written = { services: [], templates: [], defaults: [], periods: [], areNamed: true };
  const unreadable: ConfigError[] = [];
  const readings: Reading[] = [];
  const reader = checksReader(patternReader());
  for (const path of files) {
    const file = options.display(path);
    const source = readText(path);
    if (!source.ok) {
      unreadable.push({ file, line: 0, column: 0, message: source.fault });
      continue;
    }
    const reading = new Reading({ text: source.text, file, directory: dirname(path), env: options.env });
    readings.push(reading);
    readInto(written, reading, { reader, semantics: options.semantics ?? 'muster' });
  }
  const shelf = new TemplateShelf(written.templates);
  const defined = defineAll(written, shelf);
  shelf.warnOfUnused();
  // A name that could not be read would be missed by whoever excludes it.
  const areNamed = written.areNamed && readings.every(({ document }) => document !== null);
  const ofPeriods = areNamed && unreadable.length === 0 ? periodErrors(written.periods) : [];
  const periods = new Set(written.periods.map(({ name }) => name));
  reportPlugins(defined);
  reportReferences(defined, { defaults: written.defaults, periods });
  return {
    rules: { definitions: defined.map(({ definition }) => definition), timeperiods: written.periods },
    templates: shelf.size,
    errors: [...unreadable, ...readings.flatMap(({ errors }) => errors), ...ofPeriods],
    warnings: readings.flatMap(({ warnings }) => warnings),
  };
}

function readInto(
  written: Written,
  reading: Reading,
  { reader, semantics: usual }: { reader: ReturnType<typeof checksReader>; semantics: Semantics },
): void {
  const contents = reading.document?.contents ?? null;
  if (contents === null || isNothing(contents)) return;
  const values = reader.read({ node: contents, offset: contents.range[0] }, reading)?.values;
  if (values === undefined) return;
  const semantics = values.semantics ?? usual;
  const entries = (sections: readonly Located<BodySection>[]) =>
    sections.flatMap(({ value: section }): Entry[] => {
      const { name } = section.values;
      return name === undefined ? [] : [{ name, section, reading }];
    });
  written.services.push(...entries(values.services).map((entry) => ({ ...entry, semantics })));
  written.templates.push(...entries(values.templates));
  written.defaults.push(
    ...values.defaults.map(({ value: section }) => ({ cluster: section.values.cluster, section, reading })),
  );
  const periods = values.timeperiods.flatMap(({ value }) => periodOf(value, reading));
  written.periods.push(...periods);
  if (periods.length < values.timeperiods.length) written.areNamed = false;
}

function defineAll({ services, defaults }: Written, shelf: TemplateShelf): Defined[] {
  const first = new Map<string, string>();
  return services.flatMap((entry, i) => {
    const body = shelf.complete(entry);
    if (i === CHECK_DEFINITIONS_MAX) {
      body.fault(null, `${services.length} services`, { expected: `at most ${CHECK_DEFINITIONS_MAX}` });
    }
    const taken = first.get(entry.name);
    if (taken !== undefined) {
      const { reading, section } = entry;
      const shown = reading.quote(entry.name, section.offsets.get('name') ?? section.offset);
      body.fault(null, `a second service ${shown}; the first is at ${taken}`, {
        expected: 'a name that no other service of all files has',
      });
      return [];
    }
    first.set(entry.name, body.where());
    const definition = definitionOf(body, { semantics: entry.semantics, defaults });
    return definition === undefined ? [] : [{ body, definition }];
  });
}
