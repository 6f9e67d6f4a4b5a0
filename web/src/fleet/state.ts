/** The marks of the page: one shape and colour for each. */
export const MARKS = [
  'down',
  'critical',
  'unreachable',
  'unknown',
  'warning',
  'pending',
  'ok',
  'retired',
] as const;
export type MarkKind = (typeof MARKS)[number];

/** The server's words for a state, of hosts and services alike; a word not known here is UNKNOWN. */
export function markOf(state: string): MarkKind {
  switch (state.toUpperCase()) {
    case 'OK':
    case 'UP':
      return 'ok';
    case 'WARNING':
      return 'warning';
    case 'CRITICAL':
      return 'critical';
    case 'DOWN':
      return 'down';
    case 'UNREACHABLE':
      return 'unreachable';
    case 'PENDING':
      return 'pending';
    case 'RETIRED':
      return 'retired';
    default:
      return 'unknown';
  }
}

/** 0 is the worst. */
export function severityRank(mark: MarkKind): number {
  return MARKS.indexOf(mark);
}

export function worstMark(marks: Iterable<MarkKind>): MarkKind {
  let worst: MarkKind = 'ok';
  for (const mark of marks) if (severityRank(mark) < severityRank(worst)) worst = mark;
  return worst;
}

export function isProblem(mark: MarkKind): boolean {
  return severityRank(mark) < severityRank('pending');
}

export function markLabel(mark: MarkKind): string {
  switch (mark) {
    case 'down':
      return 'Down';
    case 'critical':
      return 'Critical';
    case 'unreachable':
      return 'Unreachable';
    case 'unknown':
      return 'Unknown';
    case 'warning':
      return 'Warning';
    case 'pending':
      return 'Pending';
    case 'ok':
      return 'OK';
    case 'retired':
      return 'Retired';
  }
}

/** The same of a host, which is up, not OK. */
export function stateLabel(mark: MarkKind, isHost: boolean): string {
  return isHost && mark === 'ok' ? 'Up' : markLabel(mark);
}

/** Whether a service is the host itself; an aggregate has none. */
export function isHostService({
  host,
  service,
}: {
  readonly host: string;
  readonly service: string;
}): boolean {
  return service === 'host' && host !== '';
}

/** The mark as one character, for the page's title. */
export function markGlyph(mark: MarkKind): string {
  switch (mark) {
    case 'down':
      return '✕';
    case 'critical':
      return '■';
    case 'unreachable':
    case 'unknown':
      return '◆';
    case 'warning':
      return '▲';
    case 'pending':
      return '○';
    case 'ok':
      return '●';
    case 'retired':
      return '◌';
  }
}
