import type { Acknowledgement, CoverageRule, Quiet } from '../../model/quiet.ts';
import type { AcknowledgementView, Coverage, QuietView } from '../../contract/alert-views.ts';
import type { QuietState } from '../../alert/quiet/live-quiet.ts';

/** `services`: how many it covers now. */
export function quietView(quiet: Quiet, state: QuietState, services: number): QuietView {
  const { time, comment, author } = quiet;
  return {
    id: quiet.id,
    covers: coverageOf(quiet.covers),
    kind: time.kind,
    from_ms: time.fromMs,
    to_ms: time.toMs,
    duration_ms: time.kind === 'flexible' ? time.durationMs : null,
    times: time.kind === 'recurring' ? [...time.times] : [],
    timezone: time.kind === 'recurring' ? time.timezone : '',
    comment,
    author,
    created_ms: quiet.createdMs,
    state,
    ended_ms: quiet.endedMs,
    ended_by: quiet.endedBy,
    services,
  };
}

export function acknowledgementView(one: Acknowledgement): AcknowledgementView {
  const { cluster, host, service, comment, author, sticky, atMs, untilMs, state } = one;
  return { cluster, host, service, comment, author, sticky, at_ms: atMs, until_ms: untilMs, state };
}

/** As it was said: parts that say nothing are left out. */
function coverageOf({ cluster, host, service, severity, facts, services }: CoverageRule): Coverage {
  return {
    ...(cluster === null ? {} : { cluster }),
    ...(host === null ? {} : { host }),
    ...(service === null ? {} : { service }),
    ...(severity === null ? {} : { severity }),
    ...(facts.length === 0 ? {} : { facts: [...facts] }),
    ...(services === null ? {} : { services: [...services] }),
  };
}
