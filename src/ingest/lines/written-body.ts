import type { WriteFault, WriteRequest } from '../../model/write.ts';

/** A body that is read piece by piece: how far, and what was found in it. */
export interface WrittenBody {
  readonly request: WriteRequest;
  /** Where the next line begins. */
  at: number;
  lineNumber: number;
  /** Lines that say something, and those of them of which something was not taken. */
  lines: number;
  refused: number;
  readonly faults: WriteFault[];
}

export function writtenBody(request: WriteRequest): WrittenBody {
  return { request, at: 0, lineNumber: 0, lines: 0, refused: 0, faults: [] };
}
