import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type {
  HostState,
  Page,
  PageKind,
  Problem,
  QueuedPage,
  SavedHost,
  SavedService,
  Status,
  Told,
} from '../model/service-state.ts';

/** Rows of judge.db as values and back; null for a row that cannot be understood (a damaged file). */

export type Row = Record<string, SQLOutputValue>;

const PROBLEMS: readonly string[] = ['WARNING', 'CRITICAL', 'UNKNOWN', 'DOWN', 'UNREACHABLE'];
const HOST_STATES: readonly string[] = ['PENDING', 'UP', 'DOWN', 'RETIRED'];
const PAGE_KINDS: readonly string[] = ['problem', 'recovery', 'closed'];

export function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function serviceOf(row: Row): SavedService | null {
  const status = statusOf(row);
  const told = toldOf(text(row['told']));
  const lastCheckMs = Number(row['last_check_ms']);
  if (!status || !told || !areTexts(row, 'cluster', 'host', 'service') || !Number.isFinite(lastCheckMs)) {
    return null;
  }
  return {
    cluster: text(row['cluster']),
    host: text(row['host']),
    service: text(row['service']),
    status,
    output: text(row['output']),
    lastCheckMs,
    told,
  };
}

export function hostOf(row: Row): SavedHost | null {
  const sinceMs = Number(row['since_ms']);
  const state = text(row['state']);
  if (!HOST_STATES.includes(state) || !areTexts(row, 'cluster', 'name') || !Number.isFinite(sinceMs)) {
    return null;
  }
  return {
    cluster: text(row['cluster']),
    name: text(row['name']),
    state: state as HostState,
    sinceMs,
    retiredReason: row['retired_reason'] === null ? null : text(row['retired_reason']),
  };
}

export function queuedOf(row: Row): QueuedPage | null {
  const page = pageOf(row);
  const attempts = Number(row['attempts']);
  const nextMs = Number(row['next_ms']);
  return page && Number.isFinite(attempts) && Number.isFinite(nextMs) ? { page, attempts, nextMs } : null;
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
    JSON.stringify(service.told),
  ];
}

function pageOf(row: Row): Page | null {
  const kind = text(row['kind']);
  const sinceMs = Number(row['since_ms']);
  const createdMs = Number(row['created_ms']);
  if (!PAGE_KINDS.includes(kind) || !areTexts(row, 'key', 'receiver', 'cluster', 'host', 'service'))
    return null;
  if (!Number.isFinite(sinceMs) || !Number.isFinite(createdMs)) return null;
  return {
    key: text(row['key']),
    receiver: text(row['receiver']),
    kind: kind as PageKind,
    cluster: text(row['cluster']),
    host: text(row['host']),
    service: text(row['service']),
    state: text(row['state']),
    stateType: row['state_type'] === 'SOFT' ? 'SOFT' : 'HARD',
    output: text(row['output']),
    sinceMs,
    notes: text(row['notes']),
    runbook: text(row['runbook']),
    createdMs,
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

function statusOf(row: Row): Status | null {
  const sinceMs = Number(row['since_ms']);
  if (!Number.isFinite(sinceMs)) return null;
  if (row['kind'] === 'ok') return { kind: 'ok', sinceMs };
  const problem = row['problem'];
  const attempt = Number(row['attempt']);
  if (!isProblem(problem) || !Number.isSafeInteger(attempt)) return null;
  if (row['kind'] === 'hard') return { kind: 'hard', problem, attempt, sinceMs };
  const triedMs = Number(row['tried_ms']);
  const evidenceMs = Number(row['evidence_ms']);
  if (row['kind'] !== 'soft' || !Number.isFinite(triedMs) || !Number.isFinite(evidenceMs)) return null;
  return { kind: 'soft', problem, attempt, sinceMs, triedMs, evidenceMs };
}

function toldOf(json: string): Told[] | null {
  let told: unknown;
  try {
    told = JSON.parse(json);
  } catch {
    return null;
  }
  return Array.isArray(told) && told.every(isTold) ? told : null;
}

function isTold(value: unknown): value is Told {
  if (!isRecord(value)) return false;
  const { receiver, level, known, key, refused } = value;
  const isLevel = (one: unknown) => one === null || isProblem(one);
  if (typeof receiver !== 'string' || !isLevel(level) || !isLevel(known)) return false;
  if (key !== null && typeof key !== 'string') return false;
  if (refused === null) return true;
  return isRecord(refused) && isProblem(refused['problem']) && typeof refused['againMs'] === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'string' && PROBLEMS.includes(value);
}

function areTexts(row: Row, ...columns: readonly string[]): boolean {
  return columns.every((column) => text(row[column]) !== '');
}
