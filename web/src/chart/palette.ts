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

/** The chrome of a canvas chart; CSS variables do not reach there. */
export function chartInk(scheme: Scheme): { grid: string; axis: string; warning: string; critical: string } {
  return scheme === 'dark'
    ? { grid: '#252d38', axis: '#98a3b1', warning: '#e3a72f', critical: '#e5534b' }
    : { grid: '#e1e5ea', axis: '#586474', warning: '#b87a00', critical: '#d23b34' };
}
