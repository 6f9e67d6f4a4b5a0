import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Page, PageKind, Problem, SavedService, Status } from '../model/service-state.ts';

/** Rows of judge.db as values and back. What is read was written here, so the columns' words are trusted. */

type Row = Record<string, SQLOutputValue>;

export function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function serviceOf(row: Row): SavedService {
  return {
    cluster: text(row['cluster']),
    host: text(row['host']),
    service: text(row['service']),
    status: statusOf(row),
    output: text(row['output']),
    lastCheckMs: Number(row['last_check_ms']),
    announced: row['announced'] === null ? null : (text(row['announced']) as Problem),
    told: JSON.parse(text(row['told'])) as string[],
  };
}

/** In the order of the table's columns. */
export function serviceValues(service: SavedService): SQLInputValue[] {
  const { status } = service;
  const soft = status.kind === 'soft' ? status : null;
  return [
    service.cluster,
    service.host,
    service.service,
    status.kind,
    status.kind === 'ok' ? null : status.problem,
    status.kind === 'ok' ? 1 : status.attempt,
    status.sinceMs,
    soft?.triedMs ?? 0,
    soft?.evidenceMs ?? 0,
    service.output,
    service.lastCheckMs,
    service.announced,
    JSON.stringify(service.told),
  ];
}

export function pageOf(row: Row): Page {
  return {
    key: text(row['key']),
    receiver: text(row['receiver']),
    kind: text(row['kind']) as PageKind,
    cluster: text(row['cluster']),
    host: text(row['host']),
    service: text(row['service']),
    state: text(row['state']),
    stateType: row['state_type'] === 'SOFT' ? 'SOFT' : 'HARD',
    output: text(row['output']),
    sinceMs: Number(row['since_ms']),
    notes: text(row['notes']),
    runbook: text(row['runbook']),
    createdMs: Number(row['created_ms']),
  };
}

/** In the order of the insert's columns. */
export function pageValues(page: Page): SQLInputValue[] {
  return [
    page.key,
    page.receiver,
    page.kind,
    page.cluster,
    page.host,
    page.service,
    page.state,
    page.stateType,
    page.output,
    page.sinceMs,
    page.notes,
    page.runbook,
    page.createdMs,
  ];
}

function statusOf(row: Row): Status {
  const sinceMs = Number(row['since_ms']);
  if (row['kind'] === 'ok') return { kind: 'ok', sinceMs };
  const problem = text(row['problem']) as Problem;
  const attempt = Number(row['attempt']);
  if (row['kind'] === 'hard') return { kind: 'hard', problem, attempt, sinceMs };
  return {
    kind: 'soft',
    problem,
    attempt,
    sinceMs,
    triedMs: Number(row['tried_ms']),
    evidenceMs: Number(row['evidence_ms']),
  };
}
