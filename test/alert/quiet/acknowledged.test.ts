import { expect, test } from 'vitest';
import { judgeAcknowledgement } from '../../../src/alert/quiet/acknowledged.ts';
import type { Problem, Status } from '../../../src/model/service-state.ts';

const OK: Status = { kind: 'ok', sinceMs: 0 };
const hard = (problem: Problem): Status => ({ kind: 'hard', problem, attempt: 3, sinceMs: 0 });
const soft = (problem: Problem): Status => ({
  kind: 'soft',
  problem,
  attempt: 1,
  sinceMs: 0,
  triedMs: 0,
  evidenceMs: 0,
});

const WARNING = { state: 'WARNING', sticky: false, untilMs: null };

test.for([
  { name: 'the same problem', status: hard('WARNING'), verdict: 'stands' },
  { name: 'soft to hard, the same problem', status: soft('WARNING'), verdict: 'stands' },
  {
    name: 'acknowledged while soft, and worse when hard',
    status: hard('CRITICAL'),
    verdict: 'other-problem',
  },
  {
    name: 'a better problem is another one, too',
    given: { state: 'CRITICAL' },
    status: hard('WARNING'),
    verdict: 'other-problem',
  },
  { name: 'another soft one says nothing yet', status: soft('CRITICAL'), verdict: 'stands' },
  { name: 'in Nagios it does', status: soft('CRITICAL'), anyChange: true, verdict: 'other-problem' },
  { name: 'well', status: OK, verdict: 'well' },
  { name: 'sticky, worse', given: { sticky: true }, status: hard('CRITICAL'), verdict: 'stands' },
  { name: 'sticky, well', given: { sticky: true }, status: OK, verdict: 'well' },
  { name: 'before its end', given: { untilMs: 1001 }, status: hard('WARNING'), verdict: 'stands' },
  { name: 'at its end', given: { untilMs: 1000 }, status: hard('WARNING'), verdict: 'expired' },
  {
    name: 'sticky, at its end',
    given: { sticky: true, untilMs: 1000 },
    status: hard('WARNING'),
    verdict: 'expired',
  },
])('$name', ({ given = {}, status, anyChange = false, verdict }) => {
  expect(judgeAcknowledgement({ ...WARNING, ...given }, status, { nowMs: 1000, anyChange })).toBe(verdict);
});
