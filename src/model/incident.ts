/** Problems that one page tells of: what came to a route under the same labels. */
export interface Incident {
  /** The same in all pages about it, until all of it is over. */
  readonly id: string;
  /** The route's name, and the labels' values in the order of its `group_by`. */
  readonly route: string;
  readonly labels: readonly (readonly [label: string, value: string])[];
  readonly openedMs: number;
  /** Since when nobody has acknowledged it: what escalation counts from; null: no page has begun. */
  readonly waitingMs: number | null;
  /** Since when escalation pauses: all of it is acknowledged, or quiet; null: it does not. */
  readonly pausedMs?: number | null;
  /** Steps of the escalation that have begun. */
  readonly steps: number;
  readonly targets: readonly IncidentTarget[];
}

/** How far it got with one target. */
export interface IncidentTarget {
  readonly target: string;
  /** The newest page to it, and when it was made; 0: none yet. */
  readonly key: string;
  readonly pagedMs: number;
  readonly pages: number;
}
