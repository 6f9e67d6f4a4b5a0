import type { ProcessEnd } from './plugin-process.ts';

/** Between the runner and the process that starts plugins; `id` names one start. */

export type ToPluginHost =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly command: readonly string[];
      /** What it reads; absent: nothing. */
      readonly input?: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'kill'; readonly id: number };

export type FromPluginHost =
  /** The process group that it got. */
  | { readonly kind: 'started'; readonly id: number; readonly group: number }
  | { readonly kind: 'ended'; readonly id: number; readonly end: ProcessEnd }
  | { readonly kind: 'gone'; readonly id: number };
