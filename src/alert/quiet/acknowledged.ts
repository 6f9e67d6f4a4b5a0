import type { Acknowledgement } from '../../model/quiet.ts';
import type { Status } from '../../model/service-state.ts';

/** Why an acknowledgement stands, or what ended it. */
export type AcknowledgementVerdict = 'stands' | 'well' | 'other-problem' | 'expired';

/**
 * Whether an acknowledgement still covers the problem. It is given for one problem: what turns into another
 * hard one is news again, and so is what was acknowledged while soft and turns out worse; the same problem
 * going from soft to hard is not. A sticky one stands until all is well.
 *
 * `anyChange`: a soft problem of another kind ends it as well, as in Nagios.
 */
export function judgeAcknowledgement(
  { state, sticky, untilMs }: Pick<Acknowledgement, 'state' | 'sticky' | 'untilMs'>,
  status: Status,
  { nowMs, anyChange }: { readonly nowMs: number; readonly anyChange: boolean },
): AcknowledgementVerdict {
  if (status.kind === 'ok') return 'well';
  if (untilMs !== null && nowMs >= untilMs) return 'expired';
  const counts = status.kind === 'hard' || anyChange;
  return !sticky && counts && status.problem !== state ? 'other-problem' : 'stands';
}
