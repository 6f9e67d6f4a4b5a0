import { OWN_SERVICE } from '../model/own-service.ts';
import type { Page } from '../model/service-state.ts';

/** The tag of services that check the server itself. */
export const SELF_TAG = 'muster';

/** Something about the server itself, to whoever watches it. */
export interface Notice {
  readonly title: string;
  readonly output: string;
  readonly state: string;
  /** What to do. */
  readonly notes: string;
  /** Since when it is so. */
  readonly sinceMs: number;
  /** Tells it from every other notice. */
  readonly about: string;
}

/** A page a target. */
export function noticePages(
  notice: Notice,
  targets: readonly string[],
  { nowMs, digest }: { readonly nowMs: number; readonly digest: (text: string) => string },
): Page[] {
  return targets.map((receiver) => ({
    key: digest(['notice', receiver, notice.about].join('\0')),
    receiver,
    kind: 'notice',
    cluster: '',
    host: '',
    service: OWN_SERVICE,
    state: notice.state,
    stateType: 'HARD',
    output: notice.output,
    sinceMs: notice.sinceMs,
    notes: notice.notes,
    runbook: '',
    createdMs: nowMs,
    incident: '',
    route: '',
    title: notice.title,
    services: [],
    count: 1,
    open: 0,
  }));
}
