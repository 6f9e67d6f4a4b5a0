import type { Page } from '../model/service-state.ts';

export type SendOutcome =
  | { readonly ok: true; readonly detail: string }
  | {
      readonly ok: false;
      /** The same page may get through later. */
      readonly retryable: boolean;
      readonly detail: string;
      /** The receiver asks not to be called before that. */
      readonly retryAfterMs?: number;
    };

/**
 * A way to reach one receiver. `send` keeps its own time limit, ends early when the signal aborts, and
 * answers with a fault instead of rejecting; `detail` never holds a secret (a URL, a token).
 */
export interface Channel {
  send(page: Page, signal: AbortSignal): Promise<SendOutcome>;
}
