/** What became of a test of a receiver, a rota or an escalation. */
export type ReceiverTested =
  | { readonly ok: true; readonly outcomes: readonly TestOutcome[] }
  /** `unknown`: nothing has that name; `nobody`: nobody is on now; `busy`: it is being tested already. */
  | { readonly ok: false; readonly fault: 'unknown' | 'nobody' | 'busy' };

/** Of one target. */
export interface TestOutcome {
  readonly target: string;
  readonly ok: boolean;
  /** Of the attempt; never holds a secret. */
  readonly detail: string;
  readonly tookMs: number;
}
