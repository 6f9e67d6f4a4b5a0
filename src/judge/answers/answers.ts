import { answerAlert } from './alert-answers.ts';
import { answerDuty } from './on-call.ts';
import { answerQuiet } from './quiet-answers.ts';
import { checksView } from './figures.ts';
import { compileDefinitions } from '../../check/definitions.ts';
import { HostFinder } from '../results/host-finder.ts';
import { Matcher } from '../../check/matcher.ts';
import { previewChanges } from './preview.ts';
import { receiverViews } from './receiver-views.ts';
import { serviceDetail } from './detail.ts';
import { takeResults } from '../results/take-results.ts';
import type { CheckNowOutcome, CheckResult, ResultOutcome } from '../../model/check-result.ts';
import type { CheckRules } from '../../contract/checks.ts';
import type { CompiledRules } from '../rules.ts';
import type { JudgeAnswers, JudgeQuestion } from './questions.ts';
import type { LaneFigures } from '../../notify/lane.ts';
import type { Pace } from './figures.ts';
import type { QuietBook } from '../quiet/quiet-book.ts';
import type { ServiceChange } from './preview.ts';
import type { PluginSchedule } from '../results/plugin-schedule.ts';
import type { ServiceKey } from '../../model/service-state.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';
import type { WatchTable } from '../watch-table.ts';

interface Respondents {
  readonly table: WatchTable;
  readonly turn: Turn;
  readonly plugins: PluginSchedule;
  readonly pace: Pace;
  readonly book: QuietBook;
  /** How pages to their targets fare. */
  readonly lanes: () => readonly LaneFigures[];
}

/** What the judge answers between its turns. */
export class Answers {
  /** Those in force. */
  rules: CompiledRules;
  readonly #o: Respondents;
  readonly #finder: HostFinder;

  constructor(rules: CompiledRules, respondents: Respondents) {
    this.rules = rules;
    this.#o = respondents;
    this.#finder = new HostFinder(respondents.table);
  }

  /** Hosts may have come, gone or changed their addresses. */
  refresh(): void {
    this.#finder.refresh();
  }

  /** `changed` gets the services whose state must be kept before the answer is given. */
  to(question: JudgeQuestion, changed: Set<ServiceWatch>): JudgeAnswers[JudgeQuestion['kind']] {
    const { table, pace } = this.#o;
    switch (question.kind) {
      case 'results':
        return this.take(question.results, changed);
      case 'check-now':
        return this.#checkNow(question.service);
      case 'detail': {
        const watch = table.service(question.service);
        return watch ? serviceDetail(watch, table) : null;
      }
      case 'figures':
        return checksView(table, this.rules, pace);
      case 'preview':
        return this.#preview(question.rules);
      case 'cover':
      case 'told-of':
      case 'quiets':
      case 'quieten':
      case 'end-quiet':
      case 'end-downtimes':
      case 'acknowledge':
      case 'unacknowledge':
        return answerQuiet(question, { ...this.#o, watched: table });
      case 'receivers':
        return receiverViews(this.rules.receivers, this.#o.lanes());
      case 'on-call':
      case 'override':
      case 'drop-override':
        return answerDuty(question, this.#o.turn);
      default:
        return answerAlert(question, this.#o);
    }
  }

  take(results: readonly CheckResult[], changed: Set<ServiceWatch>): readonly ResultOutcome[] {
    const { table, turn } = this.#o;
    return takeResults(results, { table, turn, finder: this.#finder }, changed);
  }

  /** An empty cluster: wherever a host of that name or address is. */
  #checkNow({ cluster, host, service }: ServiceKey): CheckNowOutcome {
    const { plugins, turn } = this.#o;
    const found = this.#finder
      .find(cluster, host)
      .map((one) => one.services.get(service))
      .filter((watch) => watch !== undefined);
    if (found.length === 0) return 'unknown-service';
    return found.filter((watch) => plugins.ask(watch, turn.nowMs)).length > 0 ? 'asked' : 'nothing-to-run';
  }

  #preview({ definitions }: CheckRules): readonly ServiceChange[] {
    const compiled = compileDefinitions(definitions);
    if (!compiled.ok) return [];
    return previewChanges(this.#o.table, new Matcher(compiled.definitions));
  }
}
