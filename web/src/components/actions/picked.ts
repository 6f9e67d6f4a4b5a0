import { useMemo, useRef, useState } from 'react';
import { problemsOfLine } from '../../fleet/problem-group.ts';
import { problemKey } from '../../fleet/problem.ts';
import type { ProblemLine } from '../../fleet/problem-group.ts';
import type { ServiceView } from '../../../../src/contract/api.ts';

export interface Picked {
  /** Those of the list that are picked and still there. */
  readonly services: readonly ServiceView[];
  /** `some`: a part of a group. */
  readonly of: (line: ProblemLine) => 'all' | 'some' | 'none';
  /** Picks a line, or lets it go; `through`: all from the one before to it, too. */
  readonly toggle: (line: ProblemLine, through: boolean) => void;
  readonly clear: () => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Problems picked by hand, to be acted on together. */
export function usePicked(lines: readonly ProblemLine[]): Picked {
  const [keys, setKeys] = useState(NOTHING);
  const last = useRef<string | null>(null);
  const services = useMemo(() => pickedServices(lines, keys), [lines, keys]);
  const stateOf = (line: ProblemLine) => {
    const problems = problemsOfLine(line);
    const count = problems.filter(({ service }) => keys.has(problemKey(service))).length;
    if (count === 0) return 'none';
    return count === problems.length ? 'all' : 'some';
  };
  return {
    services,
    of: stateOf,
    toggle: (line, through) => {
      const on = stateOf(line) !== 'all';
      const next = new Set(keys);
      for (const one of through ? between(lines, last.current, line) : [line]) {
        for (const { service } of problemsOfLine(one)) {
          if (on) next.add(problemKey(service));
          else next.delete(problemKey(service));
        }
      }
      last.current = line.key;
      setKeys(next);
    },
    clear: () => setKeys(NOTHING),
  };
}

/** Also members of groups that are folded; each once. */
function pickedServices(lines: readonly ProblemLine[], keys: ReadonlySet<string>): ServiceView[] {
  if (keys.size === 0) return [];
  return lines
    .flatMap((line) => (line.kind === 'group' ? line.group.problems : []))
    .map(({ service }) => service)
    .filter((service) => keys.has(problemKey(service)));
}

/** The lines from the one of `from` to `to`, both included; that alone where `from` is not there any more. */
export function between(
  lines: readonly ProblemLine[],
  from: string | null,
  to: ProblemLine,
): readonly ProblemLine[] {
  const [a, b] = [lines.findIndex(({ key }) => key === from), lines.indexOf(to)];
  return a < 0 || b < 0 ? [to] : lines.slice(Math.min(a, b), Math.max(a, b) + 1);
}
