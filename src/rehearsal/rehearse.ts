import { comparePages, compareService, written } from './compare.ts';
import { Rehearsal } from './rehearsal.ts';
import type { CheckTest } from '../contract/check-tests.ts';
import type { Failure } from './compare.ts';
import type { Refused, RehearsedRules } from './rehearsal.ts';

const SECOND_MS = 1000;

/** Runs one test, and answers with what was not as expected. Nothing is sent and nothing kept. */
export async function rehearse(test: CheckTest, rules: RehearsedRules): Promise<readonly Failure[]> {
  const rehearsal = new Rehearsal(test, rules);
  const failures: Failure[] = [];
  for (let atMs = 0; atMs <= test.untilMs; atMs += SECOND_MS) {
    await rehearsal.second(atMs);
    for (const expected of test.expect) {
      const failure = expected.atMs === atMs ? compareService(expected, rehearsal.happened) : undefined;
      if (failure !== undefined) failures.push(failure);
    }
  }
  await rehearsal.stop();
  return [...rehearsal.refused.map(refusedResult), ...failures, ...comparePages(test, rehearsal.happened)];
}

function refusedResult({ result, refusal }: Refused): Failure {
  const { where, atMs, service, host } = result;
  return {
    where,
    message: `at ${written(atMs)}, ${service} of ${host}: the result is refused: ${refusal}`,
    history: [],
  };
}
