import { readFileSync } from 'node:fs';

/** What is used of a vitest JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

function reportOf(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

/**
 * `passed failed skipped` of a report. A file that fails without a failed test (it does not load, or a hook fails) is
 * one failure, and so is a run that ends badly for another reason or leaves no report.
 */
function tally(report: Report | undefined, exitCode: number): string {
  if (!report) return '0 1 0';
  const silent = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = report.numFailedTests + silent.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} ${failed === 0 && exitCode !== 0 ? 1 : failed} ${skipped}`;
}

process.stdout.write(`${tally(reportOf(process.argv[2] ?? ''), Number(process.argv[3] ?? 1))}\n`);
