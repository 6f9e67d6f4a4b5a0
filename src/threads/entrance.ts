import { randomBytes } from 'node:crypto';
import { AuditLog } from '../access/audit-log.ts';
import { FrontDoor } from '../access/front-door.ts';
import { createOncePer } from '../ops/log.ts';
import { AccessRepository } from '../state/access-repository.ts';
import { BRIEF_BUSY_MS } from '../state/database.ts';
import type { MusterConfig } from '../contract/config.ts';

/** Where faults are written; the server's log is one. */
interface EntranceLog {
  error(detail: object, message: string): void;
}

/** How to let the first person in. */
export const NO_USER_YET =
  'auth.mode is users, and there is no user yet: script/muster user add NAME --role admin';

/** Said when access.db does not answer; so often at most. */
const UNREADABLE = 'access.db does not answer: nobody can be let in';
const FAULT_LOG_MS = 60_000;

/** Who may come in, as the main thread has it: access.db with what reads and writes it. */
export class Entrance implements Disposable {
  readonly door: FrontDoor;
  readonly audit: AuditLog;
  readonly #repository: AccessRepository;
  readonly #log: EntranceLog;
  readonly #once = createOncePer(Date.now);

  /** Throws a DatabaseFault when the file cannot be used. */
  constructor(options: {
    readonly file: string;
    readonly mode: MusterConfig['auth']['mode'];
    readonly log: EntranceLog;
  }) {
    const rows = new AccessRepository(options.file, BRIEF_BUSY_MS);
    this.#repository = rows;
    this.#log = options.log;
    this.audit = new AuditLog({
      rows,
      nowMs: Date.now,
      lost: (note, fault) => {
        this.#log.error({ audit: note, fault: wordsOf(fault) }, 'an audit entry could not be kept');
      },
    });
    this.door = new FrontDoor({
      mode: options.mode,
      rows,
      book: this.audit,
      nowMs: Date.now,
      random: randomBytes,
      faulted: (fault) => this.#tell(fault),
    });
  }

  /** What whoever runs the server should know. */
  notes(): readonly string[] {
    if (this.door.mode === 'none') return [];
    try {
      return this.#repository.hasUsers() ? [] : [NO_USER_YET];
    } catch (fault) {
      this.#tell(fault);
      return [UNREADABLE];
    }
  }

  /** Forgets what is over, and audit entries of before `auditMs` (epoch). After a fault the next time comes. */
  prune({ auditMs }: { readonly auditMs: number }): void {
    try {
      this.#repository.prune(Date.now(), auditMs);
    } catch (fault) {
      this.#tell(fault);
    }
  }

  #tell(fault: unknown): void {
    if (this.#once('fault', FAULT_LOG_MS)) this.#log.error({ fault: wordsOf(fault) }, 'access.db failed');
  }

  [Symbol.dispose](): void {
    this.#repository[Symbol.dispose]();
  }
}

function wordsOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
