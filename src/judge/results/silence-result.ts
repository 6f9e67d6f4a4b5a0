import { areJustBack, unanswered } from '../parents.ts';
import type { Result } from '../../check/state-machine.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** What a host's silence says of it: null when there is nothing to say. */
export function silenceResult(watch: ServiceWatch, turn: Turn): Result | null {
  const { on, status } = watch;
  switch (on.state) {
    case 'UP':
      if (on.waiting || (status.kind === 'ok' && watch.judged && watch.flaps === null)) return null;
      return { state: 'UP', evidenceMs: turn.nowMs };
    case 'DOWN': {
      if (on.waiting) return null;
      const state = unanswered(watch, turn);
      if (state === 'DOWN' && areJustBack(watch, turn)) return null;
      // A host still silent is another observation each time it is looked at.
      const isAsBefore = status.kind === 'hard' && status.problem === state && watch.flaps === null;
      return isAsBefore ? null : { state, evidenceMs: turn.nowMs };
    }
    case 'PENDING':
    case 'RETIRED':
      return null;
  }
}
