import { readCommand } from '../wire/nagios-command.ts';
import { HOST_SERVICE } from '../model/checked-result.ts';
import { decidedWords, outcomeOf, questionOf } from '../model/decided.ts';
import { judgeAnswer } from './judge-answer.ts';
import { reportResults } from './report-results.ts';
import type { CheckResult, ResultDoor } from '../model/check-result.ts';
import type { NagiosCommand } from '../wire/nagios-command.ts';
import type { Refusal } from '../model/door-books.ts';
import type { Reported } from './report-results.ts';
import type { Alerting, Checks } from './ports.ts';
import type { Change } from './audit.ts';

/** Who gives the commands, and what they may be about. */
export interface CommandsFrom {
  readonly door: ResultDoor;
  readonly from: string;
  /** Hosts are of this one; empty: of any. */
  readonly cluster: string;
  readonly nowMs: number;
  /** Who is known to have sent them; null: whoever each names. */
  readonly author: string | null;
  /** Whether they may acknowledge and plan: an enrolment token brings results only. */
  readonly mayDecide: boolean;
  /** What somebody decided by one, to be written down. */
  readonly decided: (change: Change) => void;
}

/** Whom they are given to. */
export interface Obeying {
  readonly checks: Checks;
  readonly alerting: Alerting;
}

type CheckNow = NagiosCommand & { kind: 'check-now' };
type Decision = NagiosCommand & { kind: 'decision' };
type Own = CheckNow | Decision;

/** Does what lines of Nagios' external commands say. What became of each, in their order. */
export async function runCommands(
  { checks, alerting }: Obeying,
  lines: readonly string[],
  by: CommandsFrom,
): Promise<readonly Reported[]> {
  const read = lines.map((line) => readOne(line, by));
  const reported = await reportResults(
    checks,
    read.filter((one) => !isOwn(one)),
  );
  const outcomes: Reported[] = [];
  let next = 0;
  for (const one of read) {
    if (isOwn(one)) {
      const isCheck = one.kind === 'check-now';
      outcomes.push(await (isCheck ? checkNow(checks, one, by) : decide({ checks, alerting }, one, by)));
    } else {
      outcomes.push(reported[next] as Reported);
      next += 1;
    }
  }
  return outcomes;
}

function readOne(line: string, { door, from, cluster, nowMs }: CommandsFrom): CheckResult | Refusal | Own {
  const read = readCommand(line);
  if (!read.ok) return { door, reason: read.fault, from, about: read.about };
  const { command } = read;
  if (command.kind !== 'result') return command;
  const { host, service, code, output, timeS } = command;
  const timeMs = timeS === undefined ? nowMs : timeS * 1000;
  return { cluster, host, service, code, output, timeMs, door, from };
}

function isOwn(one: CheckResult | Refusal | Own): one is Own {
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

/** An acknowledgement or a downtime. */
async function decide(
  { checks, alerting }: Obeying,
  { decision }: Decision,
  by: CommandsFrom,
): Promise<Reported> {
  const { action, subject: about } = decidedWords(decision);
  const refuse = (reason: string): Reported => {
    checks.refused({ door: by.door, reason, from: by.from, about });
    return { ok: false, reason, about };
  };
  if (!by.mayDecide) return refuse('needs-operator');
  const question = questionOf(decision, by);
  if (!question) return refuse('bad-downtime');
  const outcome = outcomeOf(question, await judgeAnswer(alerting.ask(question)));
  if (outcome !== null) return refuse(outcome);
  by.decided({ action, subject: about, detail: 'by an external command' });
  const { host = '', service = '' } = 'host' in decision ? decision : {};
  return { ok: true, key: { cluster: '', host, service: service ?? '' } };
}
