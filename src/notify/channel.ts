import type { Page } from '../model/service-state.ts';

export type SendOutcome =
  | { readonly ok: true; readonly detail: string }
  /** `retryable`: the same page may get through later. */
  | { readonly ok: false; readonly retryable: boolean; readonly detail: string };

/**
 * A way to reach one receiver. `send` keeps its own time limit, ends early when the signal aborts, and
 * answers with a fault instead of rejecting; `detail` never holds a secret (a URL, a token).
 */
export interface Channel {
  send(page: Page, signal: AbortSignal): Promise<SendOutcome>;
}
