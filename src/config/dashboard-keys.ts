import { isScalar } from 'yaml';
import { AGGREGATE_BY, AGGREGATES } from '../contract/api.ts';
import { PANEL_ROWS_MAX, PANEL_SERIES_MAX, PANEL_TEXT_CHARS_MAX } from '../limits.ts';
import { chosenFacts, panelFacts } from './dashboard-facts.ts';
import { template } from './dashboard-template.ts';
import type { FactPattern } from '../contract/facts.ts';
import type { KnownVariable } from './dashboard-template.ts';
import { defaultsOf, isNothing, list, mapping, optional, required } from './readers.ts';
import type { Key, Keys, Reader, Section } from './readers.ts';
import { choice, factor, integer, range, text, truth } from './scalars.ts';

/**
 * The panels of dashboards/*.yaml as data: every key with its type and default. The first key of each is the
 * type itself, and its value the title.
 */

const TITLE_CHARS_MAX = 200;
const UNITS_CHARS_MAX = 40;
const ROWS_DEFAULT = 20;
const height = choice(['small', 'normal', 'tall']);

export const titleText = text(TITLE_CHARS_MAX);
const units = text(UNITS_CHARS_MAX);

/** `width`: of twelve columns. */
function common(width: number) {
  return {
    width: optional(integer({ min: 1, max: 12 }), width),
    height: optional(height, 'normal'),
  };
}

/** Everywhere below, hosts are those that the viewer has chosen, or all where there is no such choice. */
function chosen(variables: readonly KnownVariable[], name: 'cluster' | 'host'): string {
  return variables.some((variable) => variable.name === name) ? `$${name}` : '.*';
}

function where(variables: readonly KnownVariable[]) {
  const pattern = template(variables);
  return {
    cluster: optional(pattern, chosen(variables, 'cluster')),
    host: optional(pattern, chosen(variables, 'host')),
    facts: optional(panelFacts(variables), chosenFacts(variables)),
  };
}

const folding = {
  aggregate: optional(choice(AGGREGATES), null),
  by: optional(choice(AGGREGATE_BY), null),
  scale: optional(factor, null),
};
const limits = { warning: optional(range, ''), critical: optional(range, '') };

/** One line of a graph; what it leaves out is taken from its panel. */
function seriesKeys(pattern: Reader<string>, facts: Reader<FactPattern[]>) {
  return {
    metric: required(pattern),
    cluster: optional(pattern, null),
    host: optional(pattern, null),
    facts: optional(facts, null),
    ...folding,
    label: optional(titleText, ''),
  };
}

/** Of a graph and a stacked graph. */
export function linesKeys(variables: readonly KnownVariable[]) {
  const pattern = template(variables);
  const line = seriesKeys(pattern, panelFacts(variables));
  return {
    ...common(6),
    ...where(variables),
    metric: optional(pattern, null),
    ...folding,
    label: optional(titleText, ''),
    series: optional(list(orMetric(line, pattern), { min: 1, max: PANEL_SERIES_MAX }), null),
    units: optional(units, ''),
    ...limits,
  };
}

export function heatMapKeys(variables: readonly KnownVariable[]) {
  const pattern = template(variables);
  return { ...common(6), ...where(variables), metric: required(pattern), over: optional(titleText, '') };
}

export function valueKeys(variables: readonly KnownVariable[]) {
  return {
    ...common(3),
    ...where(variables),
    metric: required(template(variables)),
    aggregate: optional(choice(AGGREGATES), 'avg'),
    units: optional(units, ''),
    ...limits,
    height: optional(height, 'small'),
  };
}

export function tableKeys(variables: readonly KnownVariable[]) {
  const pattern = template(variables);
  const columnKeys = {
    metric: required(pattern),
    label: optional(titleText, ''),
    units: optional(units, ''),
    aggregate: optional(choice(AGGREGATES), 'avg'),
  };
  return {
    ...common(12),
    ...where(variables),
    columns: required(list(orMetric(columnKeys, pattern), { min: 1, max: PANEL_SERIES_MAX })),
    sort: optional(titleText, null),
    limit: optional(integer({ min: 1, max: PANEL_ROWS_MAX }), ROWS_DEFAULT),
  };
}

export function statesKeys(variables: readonly KnownVariable[]) {
  return {
    ...common(6),
    ...where(variables),
    service: optional(template(variables), '.*'),
    problem: optional(truth, true),
  };
}

/** A text's own key has its paragraphs. */
export const textKeys = { ...common(12), title: optional(titleText, '') };
export const paragraphs = text(PANEL_TEXT_CHARS_MAX);

/** A mapping of `keys`, or a metric alone for one that says nothing else. */
function orMetric<K extends Keys & { readonly metric: Key<string | undefined> }>(
  keys: K,
  pattern: Reader<string>,
): Reader<Section<K>> {
  const whole = mapping(keys);
  return {
    expected: `a metric, or ${whole.expected}`,
    emptyIsDefault: false,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      if (!isScalar(opened.node) || isNothing(opened.node)) return whole.read(opened, reading);
      const metric = pattern.read(opened, reading);
      if (metric === undefined) return undefined;
      const bare = defaultsOf(keys);
      return { ...bare, values: { ...bare.values, metric }, offset: opened.offset };
    },
  };
}
