import { isMap, isScalar } from 'yaml';
import { PANEL_TYPES } from '../contract/dashboard.ts';
import type { Panel, PanelSeries, PanelType } from '../contract/dashboard.ts';
import { nearest } from '../model/nearest.ts';
import {
  heatMapKeys,
  linesKeys,
  paragraphs,
  statesKeys,
  tableKeys,
  textKeys,
  titleText,
  valueKeys,
} from './dashboard-keys.ts';
import type { KnownVariable } from './dashboard-template.ts';
import { describe, mapping, required } from './readers.ts';
import type { Keys, Reader, Section } from './readers.ts';
import { shown } from './reading.ts';
import type { Place, Reading } from './reading.ts';

/** The table's order where no column makes it. */
const WORST_FIRST = 'state';

export const PANEL_EXPECTED = `a mapping that begins with one of ${PANEL_TYPES.join(', ')}`;

/** A panel: its type is the one key that names one. */
export function panelReader(variables: readonly KnownVariable[]): Reader<Panel> {
  const readers = readersOf(variables);
  return {
    expected: PANEL_EXPECTED,
    emptyIsDefault: false,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      const type = opened && typeOf(opened, reading);
      return type && readers[type].read(opened, reading);
    },
  };
}

function typeOf({ node, offset }: Place, reading: Reading): PanelType | undefined {
  if (!isMap(node)) {
    return reading.fault(offset, `${describe(node)} stands here`, { expected: PANEL_EXPECTED });
  }
  const keys = node.items.flatMap(({ key }) =>
    isScalar(key) ? [{ name: String(key.value), offset: key.range?.[0] ?? offset }] : [],
  );
  const types = keys.flatMap(({ name, ...key }) => {
    const type = PANEL_TYPES.find((candidate) => candidate === name);
    return type === undefined ? [] : [{ type, ...key }];
  });
  const [first, second] = types;
  if (first === undefined) {
    const meant = keys.map(({ name, ...key }) => ({ ...key, name, type: nearest(name, PANEL_TYPES) }));
    const typo = meant.find(({ type }) => type !== undefined);
    const what = typo === undefined ? 'a panel without a type' : `unknown key ${shown(typo.name)}`;
    return reading.fault(typo?.offset ?? offset, what, {
      expected: `one of ${PANEL_TYPES.join(', ')}`,
      nearest: typo?.type,
    });
  }
  if (second !== undefined) {
    return reading.fault(second.offset, `a second type "${second.type}" in a panel that is a ${first.type}`, {
      expected: 'a panel of its own for each',
    });
  }
  return first.type;
}

function readersOf(variables: readonly KnownVariable[]): Record<PanelType, Reader<Panel>> {
  const lines = linesKeys(variables);
  return {
    graph: panelOf('graph', lines, (panel) => ({ type: 'graph', ...linesOf(panel) })),
    stacked: panelOf('stacked', lines, (panel) => ({ type: 'stacked', ...linesOf(panel) })),
    heatmap: panelOf('heatmap', heatMapKeys(variables), ({ head: title, section: { values } }) => ({
      type: 'heatmap',
      title,
      ...values,
      metric: values.metric ?? '',
    })),
    value: panelOf('value', valueKeys(variables), ({ head: title, section: { values } }) => ({
      type: 'value',
      title,
      ...values,
      metric: values.metric ?? '',
    })),
    table: panelOf('table', tableKeys(variables), tableOf),
    states: panelOf('states', statesKeys(variables), ({ head: title, section: { values } }) => ({
      type: 'states',
      title,
      ...values,
    })),
    text: panelOf('text', textKeys, ({ head, section: { values } }) => ({
      type: 'text',
      ...values,
      text: head,
    })),
  };
}

/** What a type's own key holds, its other keys as they were read, and where to report what is wrong. */
interface Written<K extends Keys> {
  readonly head: string;
  readonly section: Section<K>;
  readonly reading: Reading;
}

function panelOf<K extends Keys>(
  type: PanelType,
  keys: K,
  build: (panel: Written<K>) => Panel,
): Reader<Panel> {
  const whole = mapping<Keys>({ [type]: required(type === 'text' ? paragraphs : titleText), ...keys });
  return {
    ...whole,
    read: (place, reading) => {
      const section = whole.read(place, reading);
      if (section === undefined) return undefined;
      const { [type]: written, ...values } = section.values;
      const head = typeof written === 'string' ? written : '';
      // What is left has the keys of `keys`, each read by its own reader.
      const own = { ...section, values } as Section<K>;
      return build({ head, section: own, reading });
    },
  };
}

type LinesKeys = ReturnType<typeof linesKeys>;
type SeriesSection = NonNullable<Section<LinesKeys>['values']['series']>[number]['value'];

function linesOf({ head: title, section, reading }: Written<LinesKeys>) {
  const { width, height, units, warning, critical } = section.values;
  const series = seriesOf(section, reading);
  return { title, width, height, series, units, warning, critical };
}

/** Either `metric`, for a panel of one series, or `series`, each with what the panel says for all. */
function seriesOf(panel: Section<LinesKeys>, reading: Reading): PanelSeries[] {
  const { metric, series, label } = panel.values;
  if (series === null) {
    const written = ['metric', 'series'].some((key) => panel.offsets.has(key));
    if (!written && panel.allKnown) {
      reading.fault(panel.offset, 'a graph of nothing', {
        expected: 'metric, or series: a list of them',
      });
    }
    const only = { ...panel.values, metric: metric ?? '' };
    reportFolding(panel, only, reading);
    return [lineOf(only, panel.values, label)];
  }
  for (const key of ['metric', 'label']) {
    const offset = panel.offsets.get(key);
    if (offset === undefined) continue;
    reading.fault(offset, `"${key}" beside "series"`, { expected: `a ${key} in each of the series` });
  }
  return series.map(({ value: section }) => {
    reportFolding(section, folded(section.values, panel.values), reading);
    return lineOf(
      { ...section.values, metric: section.values.metric ?? '' },
      panel.values,
      section.values.label,
    );
  });
}

type LineWords = Pick<SeriesSection['values'], 'cluster' | 'host' | 'facts' | 'aggregate' | 'by' | 'scale'>;
type PanelWords = Section<LinesKeys>['values'];

function lineOf(line: LineWords & { metric: string }, panel: PanelWords, label: string): PanelSeries {
  return {
    cluster: line.cluster ?? panel.cluster,
    host: line.host ?? panel.host,
    facts: [...(line.facts ?? panel.facts)],
    metric: line.metric,
    ...folded(line, panel),
    label,
    scale: line.scale ?? panel.scale ?? 1,
  };
}

function folded(line: Pick<LineWords, 'aggregate' | 'by'>, panel: Pick<LineWords, 'aggregate' | 'by'>) {
  return { aggregate: line.aggregate ?? panel.aggregate, by: line.by ?? panel.by };
}

/** `by` makes groups of what an aggregate folds; without one there is nothing to group. */
function reportFolding(
  section: { readonly offset: number; readonly offsets: ReadonlyMap<string, number> },
  { aggregate, by }: Pick<LineWords, 'aggregate' | 'by'>,
  reading: Reading,
): void {
  if (by === null || aggregate !== null || section.offsets.has('aggregate')) return;
  reading.fault(section.offsets.get('by') ?? section.offset, '"by" without "aggregate"', {
    expected: 'aggregate: avg beside it, or one of its kind',
  });
}

function tableOf({ head: title, section, reading }: Written<ReturnType<typeof tableKeys>>): Panel {
  const { columns: written, sort, ...values } = section.values;
  const columns = (written ?? []).map(({ value: { values } }) => {
    const { metric = '', label } = values;
    return { ...values, metric, label: label === '' ? metric : label };
  });
  const labels = columns.map(({ label }) => label);
  const place = sort === null || sort === WORST_FIRST ? -1 : labels.indexOf(sort);
  if (sort !== null && sort !== WORST_FIRST && place === -1) {
    const offset = section.offsets.get('sort') ?? section.offset;
    reading.fault(offset, `no column ${shown(sort)} to sort by`, {
      expected: `the label of a column, or ${WORST_FIRST} for the worst first`,
      nearest: nearest(sort, [...labels, WORST_FIRST]),
    });
  }
  return { type: 'table', title, ...values, columns, sort: place };
}
