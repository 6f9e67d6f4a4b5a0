import { isAcknowledgement, isIncident, isOverride, isQuiet } from './alerting-values.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { Incident } from '../model/incident.ts';
import type { Acknowledgement, Quiet } from '../model/quiet.ts';
import type { SavedOverride } from '../model/rota.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { Row } from './judge-rows.ts';

/** What judge.db keeps of incidents and of what somebody decided: a key and the rest as JSON. */

export interface AlertingRows {
  readonly incidents: ReadonlyMap<string, Incident | null>;
  readonly quiets: ReadonlyMap<string, Quiet | null>;
  readonly acknowledged: readonly Acknowledgement[];
  readonly unacknowledged: readonly ServiceKey[];
  readonly overrides: ReadonlyMap<string, SavedOverride | null>;
  readonly marks: ReadonlyMap<string, string>;
}

export interface KeptAlerting {
  readonly incidents: Incident[];
  readonly quiets: Quiet[];
  readonly acknowledgements: Acknowledgement[];
  readonly overrides: SavedOverride[];
  readonly marks: ReadonlyMap<string, string>;
}

type Rows = <T>(sql: string, of: (row: Row) => T | null) => T[];

export function loadAlerting(rows: Rows): KeptAlerting {
  const marks = rows(
    'SELECT name, value FROM marks',
    (row) => [text(row['name']), text(row['value'])] as const,
  );
  return {
    incidents: rows('SELECT value FROM incidents', valueOf(isIncident)),
    quiets: rows('SELECT value FROM quiets', valueOf(isQuiet)),
    acknowledgements: rows('SELECT value FROM acknowledgements', valueOf(isAcknowledgement)),
    overrides: rows('SELECT value FROM rota_overrides', valueOf(isOverride)),
    marks: new Map(marks),
  };
}

export function alertingWriter(db: DatabaseSync): (changes: AlertingRows) => void {
  const put = (table: string) => db.prepare(`INSERT OR REPLACE INTO ${table} (id, value) VALUES (?, ?)`);
  const drop = (table: string) => db.prepare(`DELETE FROM ${table} WHERE id = ?`);
  const incidents = { put: put('incidents'), drop: drop('incidents') };
  const overrides = { put: put('rota_overrides'), drop: drop('rota_overrides') };
  const quiets = {
    put: db.prepare('INSERT OR REPLACE INTO quiets (id, ended_ms, value) VALUES (?, ?, ?)'),
    drop: drop('quiets'),
  };
  const acknowledge = db.prepare('INSERT OR REPLACE INTO acknowledgements VALUES (?, ?, ?, ?)');
  const unacknowledge = db.prepare(
    'DELETE FROM acknowledgements WHERE cluster = ? AND host = ? AND service = ?',
  );
  const mark = db.prepare('INSERT OR REPLACE INTO marks VALUES (?, ?)');
  return (changes) => {
    for (const [table, values] of [
      [incidents, changes.incidents],
      [overrides, changes.overrides],
    ] as const) {
      for (const [id, value] of values) {
        if (value === null) table.drop.run(id);
        else table.put.run(id, JSON.stringify(value));
      }
    }
    for (const [id, value] of changes.quiets) {
      if (value === null) quiets.drop.run(id);
      else quiets.put.run(id, value.endedMs, JSON.stringify(value));
    }
    for (const { cluster, host, service } of changes.unacknowledged)
      unacknowledge.run(cluster, host, service);
    for (const one of changes.acknowledged) {
      acknowledge.run(one.cluster, one.host, one.service, JSON.stringify(one));
    }
    for (const [name, value] of changes.marks) mark.run(name, value);
  };
}

/** Null: it cannot be understood (a damaged file). */
function valueOf<T>(isOne: (value: unknown) => value is T): (row: Row) => T | null {
  return (row) => {
    try {
      const value: unknown = JSON.parse(text(row['value']));
      return isOne(value) ? value : null;
    } catch {
      return null;
    }
  };
}
