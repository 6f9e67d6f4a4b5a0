import { expect, test } from 'vitest';
import { AuditLog } from '../../src/access/audit-log.ts';

const NOTE = { who: 'ada', from: '::1', action: 'reload', subject: 'configuration', detail: '' };

test('an entry that cannot be kept goes to the log: the change was made already', () => {
  const lost: unknown[] = [];
  const rows = {
    note: () => {
      throw new Error('disk full');
    },
    audit: () => [],
  };
  new AuditLog({ rows, nowMs: () => 7, lost: (note, fault) => lost.push(note, fault) }).note(NOTE);
  expect(lost).toEqual([NOTE, new Error('disk full')]);
});

test('an entry gets its time', () => {
  const kept: unknown[] = [];
  const rows = { note: (entry: unknown) => void kept.push(entry), audit: () => [] };
  new AuditLog({ rows, nowMs: () => 7, lost: () => {} }).note(NOTE);
  expect(kept).toEqual([{ ...NOTE, timeMs: 7 }]);
});
