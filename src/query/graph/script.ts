import { quoted } from '../../store/rrd/path.ts';
import { parseRange } from '../../model/range.ts';

/** One series' past and what is drawn with it. */
export interface Picture {
  /** Ends of the rows, epoch seconds, evenly spaced, at least two. */
  readonly times: readonly number[];
  /** NaN: not known. */
  readonly values: ArrayLike<number>;
  readonly title: string;
  /** Ranges, as definitions write them. */
  readonly warning: string;
  readonly critical: string;
}

/** The size in a mail, px; drawn with twice as many for screens that have them. */
const WIDTH = 590;
const HEIGHT = 230;
const TITLE_CHARS = 70;

const COLOURS = ['BACK#ffffff', 'CANVAS#ffffff', 'FONT#343a40', 'GRID#e9ecef', 'MGRID#ced4da', 'AXIS#868e96'];
const NO_FRAME = ['FRAME#ffffff', 'ARROW#ffffff', 'SHADEA#ffffff', 'SHADEB#ffffff'];

/**
 * What `rrdtool -` reads to make `graph.png` in its directory: a file of our own, its points, the picture.
 * Names go into the title only, an option's value that rrdtool writes as it stands; what a graph's elements
 * would interpret (colons, backslashes, percent signs) is ours alone.
 */
export function graphScript({ times, values, title, warning, critical }: Picture): string {
  const stepS = (times[1] ?? 0) - (times[0] ?? 0);
  const startS = (times[0] ?? 0) - stepS;
  const endS = times.at(-1) ?? 0;
  const file = `DS:v:GAUGE:${stepS * 2}:U:U RRA:AVERAGE:0.5:1:${times.length + 1}`;
  const points = times.map((timeS, i) => `${timeS}:${valueWord(values[i])}`);
  const options = [
    '--imgformat PNG --full-size-mode --zoom 2 --border 0 --slope-mode',
    '--disable-rrdtool-tag --alt-autoscale-max',
    `--width ${WIDTH} --height ${HEIGHT} --start ${startS} --end ${endS}`,
    ...[...COLOURS, ...NO_FRAME].map((colour) => `--color ${colour}`),
    quoted(`--title=${titleOf(title)}`),
  ];
  const elements = [
    'DEF:v=graph.rrd:v:AVERAGE',
    'AREA:v#1c64b833',
    'LINE1.5:v#1c64b8',
    ...thresholds('w', warning, { colour: '#e8790c', name: 'warning' }),
    ...thresholds('c', critical, { colour: '#c92a2a', name: 'critical' }),
    quoted('GPRINT:v:MIN:lowest %.4lg %s'),
    quoted('GPRINT:v:MAX:highest %.4lg %s'),
    quoted('GPRINT:v:LAST:last %.4lg %s\\l'),
  ];
  return [
    `create graph.rrd --start ${startS} --step ${stepS} ${file}`,
    `update graph.rrd ${points.join(' ')}`,
    `graph graph.png ${[...options, ...elements].join(' ')}`,
    '',
  ].join('\n');
}

function valueWord(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'U' : String(value);
}

/** A rule is not looked at when the scale is chosen, a line is: thresholds are always in the picture. */
function thresholds(id: string, range: string, { colour, name }: { colour: string; name: string }): string[] {
  return boundsOf(range).flatMap((bound, i) => [
    `CDEF:${id}${i}=v,UN,${bound},${bound},IF`,
    quoted(`LINE1.5:${id}${i}${colour}:${name} ${bound}:dashes=6,4`),
  ]);
}

/** The finite bounds of a range; none where it is none, such as a ratio of another metric. */
function boundsOf(text: string): readonly number[] {
  const parsed = text === '' ? null : parseRange(text);
  if (!parsed?.ok) return [];
  const { start, end } = parsed.range;
  const bounds = text.includes(':') ? [start, end] : [end];
  return bounds.filter((bound) => Number.isFinite(bound));
}

function titleOf(title: string): string {
  const line = title.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return line.length <= TITLE_CHARS ? line : `${line.slice(0, TITLE_CHARS - 1).toWellFormed()}…`;
}
