/** Unit tests of service definitions, as `muster test-checks` runs them. Times in ms from a test's start. */

import type { AlertRoute } from './alerts.ts';
import type { Semantics } from './checks.ts';

export interface TestedSeries {
  /** As shown on a host's page: `load_one`, `load/load:shortterm`. */
  readonly metric: string;
  /** One a step of the test's interval, from its start on; null: no sample. A counter's are its rate. */
  readonly values: readonly (number | null)[];
  /** History before the start, the last of them one interval before it: for functions that look back. */
  readonly past: readonly (number | null)[];
}

export interface TestedHost {
  readonly cluster: string;
  readonly name: string;
  readonly facts: ReadonlyMap<string, string>;
  readonly series: readonly TestedSeries[];
}

/** A result that comes, or what a command answers from then on. */
export interface TestedResult {
  readonly where: string;
  readonly atMs: number;
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  /** 0 … 3, as a plugin's exit status. */
  readonly code: number;
  readonly output: string;
}

/** What a service has to be at a time. What is null is not looked at; it must be plain which one is meant. */
export interface ExpectedService {
  readonly where: string;
  readonly atMs: number;
  readonly cluster: string | null;
  readonly host: string | null;
  readonly service: string;
  /** `NONE`: there is no such service. */
  readonly state: string | null;
  readonly type: string | null;
  readonly attempt: number | null;
  /** A regular expression that has to match some part. */
  readonly output: string | null;
}

export interface ExpectedPage {
  readonly where: string;
  readonly atMs: number;
  readonly cluster: string | null;
  readonly host: string | null;
  readonly service: string;
  readonly kind: string;
  readonly receiver: string | null;
  readonly state: string | null;
}

export interface CheckTest {
  readonly name: string;
  readonly where: string;
  /** Epoch ms. */
  readonly startMs: number;
  readonly intervalMs: number;
  /** How long it goes on. */
  readonly untilMs: number;
  readonly hosts: readonly TestedHost[];
  readonly results: readonly TestedResult[];
  readonly routes: readonly AlertRoute[];
  readonly expect: readonly ExpectedService[];
  /** All pages there are, no more and no less; null: pages are not looked at. */
  readonly pages: readonly ExpectedPage[] | null;
}

/** One file of them. */
export interface CheckTestFile {
  /** As messages show it. */
  readonly file: string;
  /** Absolute paths of the files of checks; null: those that muster.yaml names. */
  readonly checks: readonly string[] | null;
  /** Of files that say nothing of it themselves. */
  readonly semantics: Semantics;
  readonly tests: readonly CheckTest[];
}
