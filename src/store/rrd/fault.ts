import type { RecordOutcome, StoreReason } from '../store.ts';

export type Refusal = RecordOutcome & { ok: false };

/** What the world can mend: the same points may be put again. */
const PASSING = [
  'Permission denied',
  'Operation not permitted',
  'Read-only file system',
  'Input/output error',
  'Not a directory',
  // Of a tree that goes away while a file is made in it.
  'No such file or directory',
  'Stale file handle',
  'Transport endpoint is not connected',
  'Too many open files',
  'Cannot allocate memory',
  'Cannot create temporary file',
  'could not lock',
  'EACCES',
  'ENOTDIR',
  'ENOENT',
  'EEXIST',
  'ESTALE',
  'ENOTCONN',
  'EPERM',
  'EROFS',
  'EIO',
  'EMFILE',
  'ENOMEM',
];

export function isMissing(text: string): boolean {
  return text.includes('No such file or directory');
}

/** Gives rrdtool's or the system's own words (in the C locale) their reason. */
export function refusal(text: string): Refusal {
  if (/No space left|Disk quota exceeded|ENOSPC|EDQUOT/.test(text)) return refused('store_full', true, text);
  const passing = PASSING.some((words) => text.includes(words));
  return refused('store_refused', passing, text);
}

export function refused(reason: StoreReason, retryable: boolean, detail: string): Refusal {
  return { ok: false, retryable, reason, detail };
}
