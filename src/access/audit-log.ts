import type { AuditView } from '../contract/access.ts';

/** One entry as its writer knows it. */
export type AuditNote = Omit<AuditView, 'id' | 'time_ms'>;

/** Where entries are kept. */
export interface AuditRows {
  note(entry: AuditNote & { readonly timeMs: number }): void;
  audit(query: { readonly limit: number; readonly before?: number | undefined }): readonly AuditView[];
}

/** The audit log. An entry that cannot be kept goes to `lost` instead: the change has been made already. */
export class AuditLog {
  readonly #rows: AuditRows;
  readonly #nowMs: () => number;
  readonly #lost: (note: AuditNote, fault: unknown) => void;

  constructor(options: {
    readonly rows: AuditRows;
    readonly nowMs: () => number;
    readonly lost: (note: AuditNote, fault: unknown) => void;
  }) {
    this.#rows = options.rows;
    this.#nowMs = options.nowMs;
    this.#lost = options.lost;
  }

  note(note: AuditNote): void {
    try {
      this.#rows.note({ ...note, timeMs: this.#nowMs() });
    } catch (fault) {
      this.#lost(note, fault);
    }
  }

  /** Newest first; `before`: those with a smaller id. */
  list(query: { readonly limit: number; readonly before?: number | undefined }): readonly AuditView[] {
    return this.#rows.audit(query);
  }
}
