import { coversSeverity, keyOf } from '../alert/quiet/coverage.ts';
import { severitiesOf } from './quiet/covered.ts';
import type { Downtime } from '../alert/nagios/notifying.ts';
import type { LiveQuiet } from '../alert/quiet/live-quiet.ts';
import type { ServiceWatch } from './watch.ts';

/** Downtimes and silences as Nagios' notifications look at them. */
export interface NagiosQuiet {
  /** Of the object itself: their begin and end are told. */
  readonly downtimes: readonly Downtime[];
  /** Its host is in downtime, by whatever covers the host with all it has. */
  readonly isHostInDowntime: boolean;
}

const NOTHING: NagiosQuiet = { downtimes: [], isHostInDowntime: false };

/** `covering`: those that are not over and cover it by names and facts. */
export function nagiosQuiet(watch: ServiceWatch, covering: readonly LiveQuiet[], nowMs: number): NagiosQuiet {
  if (covering.length === 0) return NOTHING;
  const plain = covering.filter((quiet) => !quiet.isSilence && quiet.coverage.severity === null);
  const own = plain.filter((quiet) => isOwn(quiet, watch));
  return {
    downtimes: own.flatMap((quiet) => downtimeOf(quiet, watch, nowMs)),
    isHostInDowntime: plain.some((quiet) => !own.includes(quiet) && quiet.holds(keyOf(watch), nowMs)),
  };
}

/** Whether one holds that Nagios does not know: a silence, or a downtime of certain states. */
export function isSilenced(watch: ServiceWatch, covering: readonly LiveQuiet[], nowMs: number): boolean {
  return covering.some((quiet) => {
    const isPlain = !quiet.isSilence && quiet.coverage.severity === null;
    return (
      !isPlain && quiet.holds(keyOf(watch), nowMs) && coversSeverity(quiet.coverage, severitiesOf(watch))
    );
  });
}

/** What covers a host with all it has is of the host; what names services is of these. */
function isOwn({ coverage }: LiveQuiet, watch: ServiceWatch): boolean {
  return watch.isHost || coverage.service !== null || coverage.services?.has(keyOf(watch)) === true;
}

/** Of a recurring one each time is a downtime of its own. */
function downtimeOf(quiet: LiveQuiet, watch: ServiceWatch, nowMs: number): Downtime[] {
  const { id } = quiet;
  const { time } = quiet.saved;
  switch (time.kind) {
    case 'silence':
      return [];
    case 'fixed':
      return [{ id, isFixed: true, fromMs: time.fromMs, toMs: time.toMs, durationMs: 0, trigger: null }];
    case 'flexible': {
      const { fromMs, toMs, durationMs } = time;
      return [{ id, isFixed: false, fromMs, toMs, durationMs, trigger: null }];
    }
    case 'recurring': {
      if (!quiet.holds(keyOf(watch), nowMs)) return [];
      const toMs = quiet.endsMs(keyOf(watch), nowMs) ?? Number.MAX_SAFE_INTEGER;
      return [{ id: `${id}@${toMs}`, isFixed: true, fromMs: nowMs, toMs, durationMs: 0, trigger: null }];
    }
  }
}
