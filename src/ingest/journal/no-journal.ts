import type { Journal } from './port.ts';

/** For a store that forgets everything with the process: nothing is written down for it. */
export const noJournal: Journal = {
  lasting: false,
  append: () => true,
  keep: () => undefined,
  settle: () => undefined,
  forget: () => undefined,
  redefine: () => undefined,
  read: () => Promise.resolve('end'),
  catchUp: () => true,
  fallBehind: () => undefined,
  known: () => undefined,
  commit: () => undefined,
  sync: () => Promise.resolve(),
  figures: () => ({
    bytes: 0,
    maxBytes: 0,
    segments: 0,
    bytesPerSecond: 0,
    unreadValues: 0,
    earlierValues: 0,
    uncommittedMs: 0,
    unsyncedMs: 0,
    fault: '',
    setAside: [],
  }),
  close: () => Promise.resolve(),
};
