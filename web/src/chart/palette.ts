import type { MarkKind } from '../fleet/state.ts';
import type { Scheme } from './heat.ts';

/** After Okabe and Ito, tuned to both grounds: apart from each other for colour-blind eyes too. */
const dark = [
  '#5b8def',
  '#e3a72f',
  '#35b57c',
  '#d77fb3',
  '#5fc6e8',
  '#e07b4f',
  '#9a86d8',
  '#b9c24a',
  '#8fa3b8',
  '#c9866b',
];
const light = [
  '#2f66d6',
  '#b87a00',
  '#157a4d',
  '#b0417f',
  '#0f83ab',
  '#c0501f',
  '#6a52bd',
  '#757d0b',
  '#586474',
  '#94502f',
];

export function seriesColour(index: number, scheme: Scheme): string {
  const palette = scheme === 'dark' ? dark : light;
  return palette[index % palette.length] ?? '#5b8def';
}

/**
 * A colour for each name, the same one wherever the name is drawn, as far as no other of the names has taken
 * it: those come by their own hash, in the order of the alphabet. `known`: all that there are of the kind;
 * where a palette is enough for them, each has a colour of its own everywhere.
 */
export function namedColours(
  names: readonly string[],
  scheme: Scheme,
  known: readonly string[] = [],
): string[] {
  const own = apart(names);
  const ofKind = known.length <= dark.length && names.every((name) => known.includes(name));
  const placeOf = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of [...new Set(ofKind ? [...known, ...own] : own)].toSorted()) {
    // Past the palette's end colours come again.
    if (taken.size === dark.length) taken.clear();
    let place = hashOf(name) % dark.length;
    while (taken.has(place)) place = (place + 1) % dark.length;
    taken.add(place);
    placeOf.set(name, place);
  }
  return own.map((name) => seriesColour(placeOf.get(name) ?? 0, scheme));
}

/** A name that comes again in one chart is another line, with another colour. */
function apart(names: readonly string[]): string[] {
  const met = new Map<string, number>();
  return names.map((name) => {
    const times = met.get(name) ?? 0;
    met.set(name, times + 1);
    return times === 0 ? name : `${name}\0${times}`;
  });
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export interface ChartInk {
  readonly ground: string;
  readonly ink: string;
  readonly grid: string;
  readonly axis: string;
  readonly accent: string;
  readonly ok: string;
  readonly warning: string;
  readonly critical: string;
  readonly unknown: string;
}

const darkInk: ChartInk = {
  ground: '#151a21',
  ink: '#e7ebf0',
  grid: '#252d38',
  axis: '#98a3b1',
  accent: '#5b8def',
  ok: '#35b57c',
  warning: '#e3a72f',
  critical: '#e5534b',
  unknown: '#9a86d8',
};
const lightInk: ChartInk = {
  ground: '#ffffff',
  ink: '#1a212b',
  grid: '#e1e5ea',
  axis: '#586474',
  accent: '#2f66d6',
  ok: '#1e9a63',
  warning: '#b87a00',
  critical: '#d23b34',
  unknown: '#7b64c9',
};

/** The chrome of a canvas chart; CSS variables do not reach there. */
export function chartInk(scheme: Scheme): ChartInk {
  return scheme === 'dark' ? darkInk : lightInk;
}

export function stateInk(mark: MarkKind, scheme: Scheme): string {
  const ink = chartInk(scheme);
  switch (mark) {
    case 'ok':
      return ink.ok;
    case 'warning':
      return ink.warning;
    case 'critical':
    case 'down':
      return ink.critical;
    case 'unknown':
    case 'unreachable':
      return ink.unknown;
    case 'pending':
    case 'retired':
      return ink.axis;
  }
}

/** Past the palette's end colours come again with other strokes. */
export function seriesDash(index: number): number[] {
  const round = Math.floor(index / dark.length) % DASHES.length;
  return [...(DASHES[round] ?? [])];
}
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4]];

function channel(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at, at + 2), 16);
}

/** `share` of a `#rrggbb` colour over another, opaque. */
export function blend(colour: string, ground: string, share: number): string {
  const mixed = [1, 3, 5].map((at) =>
    Math.round(channel(colour, at) * share + channel(ground, at) * (1 - share)),
  );
  return `rgb(${mixed.join(',')})`;
}
