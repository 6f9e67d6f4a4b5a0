import { readFileSync } from 'node:fs';

/**
 * Prints `passed failed skipped` of a vitest JSON report (argv 2). A run that ended badly (exit code, argv 3) without
 * a failed test, such as a file that does not load, counts as one failure.
 */
function tally(file: string, exitCode: number): string {
  let report: Record<string, unknown> = {};
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return '0 1 0';
  }
  const count = (key: string): number => {
    const value = report[key];
    return typeof value === 'number' ? value : 0;
  };
  const failed = count('numFailedTests');
  const skipped = count('numPendingTests') + count('numTodoTests');
  return `${count('numPassedTests')} ${failed === 0 && exitCode !== 0 ? 1 : failed} ${skipped}`;
}

process.stdout.write(`${tally(process.argv[2] ?? '', Number(process.argv[3] ?? 1))}\n`);
