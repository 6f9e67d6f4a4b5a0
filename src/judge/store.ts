import type {
  Page,
  QueuedPage,
  SavedHost,
  SavedService,
  ServiceKey,
  Settlement,
  StateEvent,
} from '../model/service-state.ts';

/** What one turn changed, to be kept. */
export interface JudgeChanges {
  readonly services: readonly SavedService[];
  readonly removedServices: readonly ServiceKey[];
  readonly hosts: readonly SavedHost[];
  readonly removedHosts: readonly { readonly cluster: string; readonly name: string }[];
  /** New pages; one whose key is known already is left as it is, unless it failed: then it waits again. */
  readonly pages: readonly Page[];
  readonly settled: readonly Settlement[];
  readonly events: readonly StateEvent[];
}

export interface JudgeMemory {
  readonly services: readonly SavedService[];
  readonly hosts: readonly SavedHost[];
  /** Pages not settled yet, oldest first. */
  readonly pending: readonly QueuedPage[];
  /** Rows that could not be understood. */
  readonly skipped: number;
}

export type CommitOutcome = { readonly ok: true } | { readonly ok: false; readonly fault: string };

/** Where the judge remembers. One caller; a commit is all or nothing, and its arrays are the caller's. */
export interface JudgeStore {
  load(): JudgeMemory;
  commit(changes: JudgeChanges): CommitOutcome;
}
