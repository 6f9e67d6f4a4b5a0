import { isPagedService } from './alerting-values.ts';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type {
  Flaps,
  HostState,
  LastResult,
  Page,
  PagedService,
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
/** How a host is kept that is UP softly. */
const OK_SOFTLY = 'ok-softly';
/** 21 digits to the base 4 (src/check/flapping.ts). */
const FLAP_HISTORIES = 4 ** 21;
const PAGE_KINDS: readonly string[] = [
  'problem',
  'reminder',
  'recovery',
  'closed',
  'acknowledgement',
  'notice',
  'test',
  'flapping-start',
  'flapping-stop',
  'flapping-disabled',
  'downtime-start',
  'downtime-end',
  'downtime-cancelled',
] satisfies readonly PageKind[];

export function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function serviceOf(row: Row): SavedService | null {
  const status = statusOf(row);
  const told = toldOf(text(row['told']));
  const lastCheckMs = Number(row['last_check_ms']);
  // Of an aggregate the host is empty, and of the whole grid the cluster too.
  if (!status || !told || !areTexts(row, 'service') || !Number.isFinite(lastCheckMs)) return null;
  if (typeof row['cluster'] !== 'string' || typeof row['host'] !== 'string') return null;
  return {
    cluster: row['cluster'],
    host: row['host'],
    service: text(row['service']),
    status,
    output: text(row['output']),
    lastCheckMs,
    told,
    flaps: flapsOf(row),
    result: resultOf(row['result']),
    nextCheckMs: timeOf(row['next_check_ms']),
    ...(typeof row['notifying'] === 'string' ? { notifying: row['notifying'] } : {}),
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
    leftByWord: Number(row['left_by_word']) === 1,
    firstSeenMs: timeOf(row['first_seen_ms']),
  };
}

export function queuedOf(row: Row): QueuedPage | null {
  const page = pageOf(row);
  const attempts = Number(row['attempts']);
  const nextMs = Number(row['next_ms']);
  return page && Number.isFinite(attempts) && Number.isFinite(nextMs) ? { page, attempts, nextMs } : null;
}

/** In the order of the table's columns. */
export function hostValues(host: SavedHost): SQLInputValue[] {
  const { cluster, name, state, sinceMs, retiredReason, leftByWord, firstSeenMs } = host;
  return [cluster, name, state, sinceMs, retiredReason, leftByWord ? 1 : 0, firstSeenMs];
}

/** In the order of the table's columns. */
export function serviceValues(service: SavedService): SQLInputValue[] {
  const { status } = service;
  const soft = status.kind === 'soft' ? status : null;
  return [
    service.cluster,
    service.host,
    service.service,
    status.kind === 'ok' && status.isSoft ? OK_SOFTLY : status.kind,
    status.kind === 'ok' ? null : status.problem,
    status.kind === 'ok' ? 1 : status.attempt,
    status.sinceMs,
    soft?.triedMs ?? 0,
    soft?.evidenceMs ?? 0,
    service.output,
    service.lastCheckMs,
    JSON.stringify(service.told),
    soft?.hardBefore ?? null,
    service.flaps?.history ?? 0,
    service.flaps?.isFlapping ? 1 : 0,
    service.flaps?.recordedMs ?? 0,
    service.result ? JSON.stringify(service.result) : null,
    service.nextCheckMs,
    service.notifying ?? null,
  ];
}

function pageOf(row: Row): Page | null {
  const kind = text(row['kind']);
  const sinceMs = Number(row['since_ms']);
  const createdMs = Number(row['created_ms']);
  // A page of several services names none.
  if (!PAGE_KINDS.includes(kind) || !areTexts(row, 'key', 'receiver')) return null;
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
    incident: text(row['incident']),
    route: text(row['route']),
    title: text(row['title']) || titleOf(row),
    services: pagedOf(row['services']),
    count: Math.max(1, Number(row['count'])),
    open: Number(row['open']),
  };
}

/** Of a version whose pages had none, and told of one service each. */
function titleOf(row: Row): string {
  const where = text(row['host']) || text(row['cluster']) || 'grid';
  const service = text(row['service']);
  return `${service === 'host' ? where : `${where}: ${service}`} is ${text(row['state'])}`;
}

/** Pages of a version that knew one service each have none; a damaged list is none. */
function pagedOf(value: SQLOutputValue | undefined): readonly PagedService[] {
  const services = parsed(text(value));
  return Array.isArray(services) ? services.filter(isPagedService) : [];
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
    page.incident,
    page.route,
    page.title,
    JSON.stringify(page.services),
    page.count,
    page.open,
  ];
}

function statusOf(row: Row): Status | null {
  const sinceMs = Number(row['since_ms']);
  if (!Number.isFinite(sinceMs)) return null;
  if (row['kind'] === 'ok') return { kind: 'ok', sinceMs };
  if (row['kind'] === OK_SOFTLY) return { kind: 'ok', sinceMs, isSoft: true };
  const problem = row['problem'];
  const attempt = Number(row['attempt']);
  if (!isProblem(problem) || !Number.isSafeInteger(attempt)) return null;
  if (row['kind'] === 'hard') return { kind: 'hard', problem, attempt, sinceMs };
  const triedMs = Number(row['tried_ms']);
  const evidenceMs = Number(row['evidence_ms']);
  if (row['kind'] !== 'soft' || !Number.isFinite(triedMs) || !Number.isFinite(evidenceMs)) return null;
  const soft = { kind: 'soft' as const, problem, attempt, sinceMs, triedMs, evidenceMs };
  return isProblem(row['hard_before']) ? { ...soft, hardBefore: row['hard_before'] } : soft;
}

/** A damaged history is none: flap detection begins anew. */
function flapsOf(row: Row): Flaps | null {
  const history = Number(row['flap_history']);
  const recordedMs = Number(row['flap_ms']);
  if (!Number.isSafeInteger(history) || history <= 0 || history >= FLAP_HISTORIES) return null;
  if (!Number.isFinite(recordedMs)) return null;
  return { history, percent: 0, isFlapping: Number(row['flapping']) === 1, recordedMs };
}

/** Without it the state stands all the same. */
function resultOf(value: SQLOutputValue | undefined): LastResult | null {
  const result = value === null || value === undefined ? null : parsed(text(value));
  if (!isRecord(result)) return null;
  const { timeMs, longOutput, performance, via, from, end, executionMs, latencyMs } = result;
  const texts = [longOutput, performance, via, from, end];
  const numbers = [timeMs, executionMs, latencyMs];
  if (!texts.every((one) => typeof one === 'string') || !numbers.every(Number.isFinite)) return null;
  return { timeMs, longOutput, performance, via, from, end, executionMs, latencyMs } as LastResult;
}

function timeOf(value: SQLOutputValue | undefined): number | null {
  const ms = Number(value);
  return value === null || value === undefined || !Number.isFinite(ms) ? null : ms;
}

function toldOf(json: string): Told[] | null {
  const told = parsed(json);
  return Array.isArray(told) && told.every(isTold) ? told : null;
}

/** Undefined: it is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
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
