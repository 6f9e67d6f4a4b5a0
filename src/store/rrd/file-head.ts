import { RRD_HEAD_BYTES_MAX } from '../../limits.ts';
import type { Archive } from './archives.ts';
import type { FileInfo } from './info.ts';

/** An archive, and where its rows lie in the file. */
export interface PlacedArchive extends Archive {
  /** Of its first row, from the file's beginning. A row is a double for each data source. */
  readonly atByte: number;
  /** The place of its newest row, which ends at the last whole multiple of `stepS` before `lastS`. */
  readonly newest: number;
}

export interface FileHead extends FileInfo {
  readonly archives: readonly PlacedArchive[];
  readonly headBytes: number;
  /** Of the whole file, by its head. */
  readonly fileBytes: number;
}

/** `short`: give it at least so many bytes of the file. */
export type HeadAnswer =
  | { readonly kind: 'head'; readonly head: FileHead }
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'fault'; readonly fault: HeadFault };

export type HeadFault = 'not-rrd' | 'other-version' | 'other-machine' | 'too-large' | 'out-of-bounds';

/** Sizes of RRDtool's structures on machines of 64 bits (rrd_format.h), in the order in which they lie. */
const STAT_HEAD = 128;
const DS_DEF = 120;
const RRA_DEF = 120;
const LIVE_HEAD = 16;
const PDP_PREP = 112;
const CDP_PREP = 80;
const RRA_PTR = 8;
const VALUE = 8;

/** What its doubles must read as, if they are this machine's. */
const FLOAT_COOKIE = 8.642135e130;
/** Those before have no microseconds; those after are not known. */
const VERSIONS: ReadonlySet<string> = new Set(['0003', '0004', '0005']);
const NAME_BYTES = 20;
const ROWS_MAX = 2 ** 40;
const STEP_MAX_S = 2 ** 32;
const KINDS: ReadonlySet<string> = new Set(['AVERAGE', 'MIN', 'MAX', 'LAST']);

/**
 * Reads the head of an RRD file of RRDtool 1.4 to 1.8, little-endian, 64 bits: everything before its rows.
 * What it does not know it refuses. `bytes`: the file's beginning, as much as there is of it.
 */
export function decodeHead(bytes: Uint8Array): HeadAnswer {
  if (bytes.length < STAT_HEAD) return { kind: 'fault', fault: 'not-rrd' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (textAt(bytes, 0, 4) !== 'RRD') return { kind: 'fault', fault: 'not-rrd' };
  if (!VERSIONS.has(textAt(bytes, 4, 5))) return { kind: 'fault', fault: 'other-version' };
  if (view.getFloat64(16, true) !== FLOAT_COOKIE) return { kind: 'fault', fault: 'other-machine' };
  const [sources, archives, stepS] = [countAt(view, 24), countAt(view, 32), countAt(view, 40)];
  const headBytes =
    STAT_HEAD +
    sources * (DS_DEF + PDP_PREP) +
    archives * (RRA_DEF + RRA_PTR + sources * CDP_PREP) +
    LIVE_HEAD;
  if (!(headBytes <= RRD_HEAD_BYTES_MAX)) return { kind: 'fault', fault: 'too-large' };
  if (sources < 1 || archives < 1 || stepS < 1 || stepS >= STEP_MAX_S)
    return { kind: 'fault', fault: 'out-of-bounds' };
  if (bytes.length < headBytes) return { kind: 'short', bytes: headBytes };
  const head = headOf({ bytes, view }, { sources, archives, stepS, headBytes });
  return head ? { kind: 'head', head } : { kind: 'fault', fault: 'out-of-bounds' };
}

interface Head {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

interface Counts {
  readonly sources: number;
  readonly archives: number;
  readonly stepS: number;
  readonly headBytes: number;
}

function headOf(
  { bytes, view }: Head,
  { sources, archives, stepS, headBytes }: Counts,
): FileHead | undefined {
  const rrasAt = STAT_HEAD + sources * DS_DEF;
  const liveAt = rrasAt + archives * RRA_DEF;
  const pointersAt = headBytes - archives * RRA_PTR;
  const lastS = countAt(view, liveAt);
  const placed: PlacedArchive[] = [];
  let atByte = headBytes;
  for (let i = 0; i < archives; i += 1) {
    const at = rrasAt + i * RRA_DEF;
    const [rows, perRow] = [countAt(view, at + 24), countAt(view, at + 32)];
    const newest = countAt(view, pointersAt + i * RRA_PTR);
    if (!(rows >= 1 && rows < ROWS_MAX && perRow >= 1 && perRow < ROWS_MAX && newest < rows))
      return undefined;
    const cf = textAt(bytes, at, NAME_BYTES);
    if (isKind(cf)) placed.push({ cf, stepS: perRow * stepS, rows, atByte, newest });
    atByte += rows * sources * VALUE;
  }
  if (!Number.isSafeInteger(atByte) || !Number.isFinite(lastS)) return undefined;
  const named = Array.from({ length: sources }, (_, i) => sourceAt({ bytes, view }, STAT_HEAD + i * DS_DEF));
  return { stepS, lastS, sources: named, archives: placed, headBytes, fileBytes: atByte };
}

function sourceAt({ bytes, view }: Head, at: number): FileInfo['sources'][number] {
  return {
    name: textAt(bytes, at, NAME_BYTES),
    type: textAt(bytes, at + NAME_BYTES, NAME_BYTES),
    heartbeatS: countAt(view, at + 2 * NAME_BYTES),
  };
}

function isKind(cf: string): cf is Archive['cf'] {
  return KINDS.has(cf);
}

/** An unsigned long; infinite where a number is not exact any more. */
function countAt(view: DataView, at: number): number {
  const count = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  return Number.isSafeInteger(count) ? count : Number.POSITIVE_INFINITY;
}

/** Up to its NUL. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i += 1) {
    const byte = bytes[i] as number;
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}
