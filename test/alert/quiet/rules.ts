import type { CoverageRule, Quiet, QuietTime } from '../../../src/model/quiet.ts';

/** A rule that says only this. */
export function covers(said: Partial<CoverageRule> = {}): CoverageRule {
  return { cluster: null, host: null, service: null, severity: null, facts: [], services: null, ...said };
}

export function quiet(time: QuietTime, said: Partial<Quiet> = {}): Quiet {
  const who = { comment: 'new disks', author: 'ann', createdMs: 0, endedMs: null, endedBy: '' };
  return { id: 'd1', covers: covers({ host: '.*' }), time, begun: [], ...who, ...said };
}
