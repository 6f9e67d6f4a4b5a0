import type { Reporter, TestCase } from 'vitest/node';

/** Names the tests that failed first and passed then: not a failure, and not nothing either. */
// oxlint-disable-next-line import/no-default-export -- vitest takes nothing else for a reporter
export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    process.stdout.write(`second try: ${test.module.relativeModuleId} ${test.fullName}\n`);
  }
}
