import type { Incident } from '../model/incident.ts';
import type { SavedOverride } from '../model/rota.ts';
import type { Acknowledgement, Quiet } from '../model/quiet.ts';
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
  readonly alerting: AlertingChanges;
}

/** Of what belongs together, and what somebody decided: rows by their keys; null: it is dropped. */
export interface AlertingChanges {
  readonly incidents: ReadonlyMap<string, Incident | null>;
  readonly quiets: ReadonlyMap<string, Quiet | null>;
  readonly acknowledged: readonly Acknowledgement[];
  readonly unacknowledged: readonly ServiceKey[];
  readonly overrides: ReadonlyMap<string, SavedOverride | null>;
  /** Single values by name, such as when the server was last there. */
  readonly marks: ReadonlyMap<string, string>;
}

export const NOTHING_OF_ALERTING: AlertingChanges = {
  incidents: new Map(),
  quiets: new Map(),
  acknowledged: [],
  unacknowledged: [],
  overrides: new Map(),
  marks: new Map(),
};

export interface JudgeMemory {
  readonly services: readonly SavedService[];
  readonly hosts: readonly SavedHost[];
  /** Pages not settled yet, oldest first. */
  readonly pending: readonly QueuedPage[];
  readonly incidents: readonly Incident[];
  readonly quiets: readonly Quiet[];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly overrides: readonly SavedOverride[];
  readonly marks: ReadonlyMap<string, string>;
  /** Rows that could not be understood. */
  readonly skipped: number;
}

/** The memory of one that begins. */
export const NO_MEMORY: JudgeMemory = {
  services: [],
  hosts: [],
  pending: [],
  incidents: [],
  quiets: [],
  acknowledgements: [],
  overrides: [],
  marks: new Map(),
  skipped: 0,
};

export type CommitOutcome = { readonly ok: true } | { readonly ok: false; readonly fault: string };

/** Where the judge remembers. One caller; a commit is all or nothing, and its arrays are the caller's. */
export interface JudgeStore {
  load(): JudgeMemory;
  commit(changes: JudgeChanges): CommitOutcome;
}
