import type { RecordOutcome, StoreReason } from '../store.ts';

export type Refusal = RecordOutcome & { ok: false };

/** What the world can mend: the same points may be put again. */
const PASSING =
  /Permission denied|Read-only file system|could not lock|Cannot create temporary file|Too many open files|Cannot allocate memory|Input\/output error|Operation not permitted/;

export function isMissing(text: string): boolean {
  return text.includes('No such file or directory');
}

/** Gives rrdtool's or the system's own words (in the C locale) their reason. */
export function refusal(text: string): Refusal {
  if (/No space left|Disk quota exceeded|ENOSPC|EDQUOT/.test(text)) return refused('store_full', true, text);
  return refused('store_refused', PASSING.test(text) || /EACCES|EROFS|EPERM|EMFILE|EIO/.test(text), text);
}

export function refused(reason: StoreReason, retryable: boolean, detail: string): Refusal {
  return { ok: false, retryable, reason, detail };
}
