import { expect, test } from 'vitest';
import { journalNotes } from '../../src/threads/store-notes.ts';
import type { JournalStats } from '../../src/contract/stats.ts';

const WELL: JournalStats = {
  bytes: 100,
  maxBytes: 1000,
  bytesPerSecond: 0.1,
  backlogValues: 0,
  replaying: false,
  unsyncedMs: 500,
  fault: '',
  setAside: [],
};

test.for<{ name: string; journal: Partial<JournalStats>; notes: string[] }>([
  { name: 'all is well', journal: {}, notes: [] },
  { name: 'earlier runs are read', journal: { replaying: true, backlogValues: 9 }, notes: [] },
  {
    name: 'the store does not keep up',
    journal: { backlogValues: 1234 },
    notes: [
      'the store does not keep up: 1234 values wait in the journal alone; 10 % of the journal is used, which ' +
        'holds 3 h at this rate; beyond cache.journal_max the oldest points are lost',
    ],
  },
  {
    name: 'half of it is used',
    journal: { bytes: 500, bytesPerSecond: 0 },
    notes: [
      'the store does not keep up: points wait; 50 % of the journal is used; beyond cache.journal_max the ' +
        'oldest points are lost',
    ],
  },
  {
    name: 'it cannot be written',
    journal: { fault: 'no space left' },
    notes: ['the journal cannot be written (no space left): what is received now would not survive a crash'],
  },
  {
    name: 'a segment was damaged',
    journal: { setAside: ['journal/0/damaged/1.journal'] },
    notes: ['a damaged part of the journal was set aside: journal/0/damaged/1.journal'],
  },
])('$name', ({ journal, notes }) => {
  expect(journalNotes({ ...WELL, ...journal })).toEqual(notes);
});
