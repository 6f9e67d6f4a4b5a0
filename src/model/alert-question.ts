import type {
  AcknowledgementView,
  CoverageView,
  ExplainView,
  IncidentView,
  OnCallView,
  QuietView,
  ReceiverView,
  ServiceKeyView,
} from '../contract/alert-views.ts';
import type { CoverageRule, QuietTime } from './quiet.ts';

/**
 * What is asked of the judge about alerts, and decided by people. Whoever asks has checked texts and
 * patterns.
 */
export type AlertQuestion =
  /** Open problems as pages have them, those that nobody is told of included; the worst first. */
  | { readonly kind: 'incidents' }
  | { readonly kind: 'explain'; readonly service: ServiceKeyView }
  /** What is under watch and covered by that. */
  | {
      readonly kind: 'cover';
      readonly covers: CoverageRule;
      /** Of a downtime: who names a host's own service means the whole host. */
      readonly wholeHosts: boolean;
      /** Only what has a problem, soft or hard. */
      readonly problems: boolean;
    }
  /** Those that are pending or active, and of the others the newest. */
  | { readonly kind: 'quiets'; readonly sort: 'downtime' | 'silence' }
  | {
      readonly kind: 'quieten';
      readonly covers: CoverageRule;
      readonly time: QuietTime;
      readonly comment: string;
      readonly author: string;
      /** Only if it covers anything now. */
      readonly known?: boolean;
      /** Only says what is wrong with it, or how it would stand. */
      readonly preview?: boolean;
    }
  /** Who was told of an open problem of what is covered: targets. */
  | { readonly kind: 'told-of'; readonly covers: CoverageRule }
  /**
   * Undoes downtimes that were made for that host, or that service of it, by name; `fromMs`, `comment` null:
   * any.
   */
  | {
      readonly kind: 'end-downtimes';
      readonly host: string;
      readonly service: string | null;
      readonly fromMs: number | null;
      readonly comment: string | null;
      readonly by: string;
    }
  /** Undoes a downtime or silence; the answer is null where there is none of that id that has not ended. */
  | { readonly kind: 'end-quiet'; readonly id: string; readonly by: string }
  /** Only services that have a problem, soft or hard, can be acknowledged. */
  | {
      readonly kind: 'acknowledge';
      readonly covers: CoverageRule;
      readonly comment: string;
      readonly author: string;
      readonly sticky: boolean;
      readonly untilMs: number | null;
      readonly notify: boolean;
    }
  | { readonly kind: 'unacknowledge'; readonly covers: CoverageRule; readonly by: string }
  | { readonly kind: 'on-call'; readonly fromMs: number; readonly toMs: number }
  | {
      readonly kind: 'override';
      readonly rota: string;
      readonly who: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly comment: string;
      readonly author: string;
    }
  | { readonly kind: 'drop-override'; readonly rota: string; readonly id: string }
  | { readonly kind: 'receivers' };

export interface AlertAnswers {
  readonly incidents: readonly IncidentView[];
  /** Null: there is no such service. */
  readonly explain: ExplainView | null;
  readonly cover: CoverageView;
  readonly quiets: readonly QuietView[];
  readonly quieten: Done<QuietView>;
  readonly 'end-quiet': QuietView | null;
  readonly 'told-of': readonly string[];
  /** How many there were. */
  readonly 'end-downtimes': number;
  readonly acknowledge: Done<readonly AcknowledgementView[]>;
  readonly unacknowledge: readonly AcknowledgementView[];
  readonly 'on-call': OnCallView;
  readonly override: Done<OnCallView>;
  readonly 'drop-override': boolean;
  readonly receivers: readonly ReceiverView[];
}

/** `fault`: what is wrong with the wish, in words; `full`: there are as many as may be. */
export type Done<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly full: boolean; readonly fault: string };
