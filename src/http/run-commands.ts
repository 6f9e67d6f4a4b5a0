import { readCommand } from '../wire/nagios-command.ts';
import { HOST_SERVICE } from '../model/checked-result.ts';
import { judgeAnswer } from './judge-answer.ts';
import { reportResults } from './report-results.ts';
import type { CheckResult, ResultDoor } from '../model/check-result.ts';
import type { NagiosCommand } from '../wire/nagios-command.ts';
import type { Refusal } from '../model/door-books.ts';
import type { Reported } from './report-results.ts';
import type { Checks } from './ports.ts';

/** Who gives the commands, and what they may be about. */
export interface CommandsFrom {
  readonly door: ResultDoor;
  readonly from: string;
  /** Hosts are of this one; empty: of any. */
  readonly cluster: string;
  readonly nowMs: number;
}

type CheckNow = NagiosCommand & { kind: 'check-now' };

/** Does what lines of Nagios' external commands say. What became of each, in their order. */
export async function runCommands(
  checks: Checks,
  lines: readonly string[],
  by: CommandsFrom,
): Promise<readonly Reported[]> {
  const read = lines.map((line) => readOne(line, by));
  const reported = await reportResults(
    checks,
    read.filter((one) => !isCheckNow(one)),
  );
  const outcomes: Reported[] = [];
  let next = 0;
  for (const one of read) {
    if (isCheckNow(one)) outcomes.push(await checkNow(checks, one, by));
    else {
      outcomes.push(reported[next] as Reported);
      next += 1;
    }
  }
  return outcomes;
}

function readOne(
  line: string,
  { door, from, cluster, nowMs }: CommandsFrom,
): CheckResult | Refusal | CheckNow {
  const read = readCommand(line);
  if (!read.ok) return { door, reason: read.fault, from, about: read.about };
  const { command } = read;
  if (command.kind === 'check-now') return command;
  const { host, service, code, output, timeS } = command;
  const timeMs = timeS === undefined ? nowMs : timeS * 1000;
  return { cluster, host, service, code, output, timeMs, door, from };
}

function isCheckNow(one: CheckResult | Refusal | CheckNow): one is CheckNow {
  return 'kind' in one;
}

async function checkNow(
  checks: Checks,
  { host, service }: CheckNow,
  { door, from, cluster }: CommandsFrom,
): Promise<Reported> {
  const key = { cluster, host, service: service === '' ? HOST_SERVICE : service };
  const outcome = await judgeAnswer(checks.checkNow(key));
  if (outcome === 'asked') return { ok: true, key };
  const about = `${host} / ${key.service}`;
  checks.refused({ door, reason: outcome, from, about });
  return { ok: false, reason: outcome, about };
}
