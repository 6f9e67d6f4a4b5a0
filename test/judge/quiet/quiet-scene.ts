import { START_MS } from '../fleet.ts';
import { covers } from '../../alert/quiet/rules.ts';
import { scene } from '../reported.ts';
import type { AlertAnswers, AlertQuestion } from '../../../src/model/alert-question.ts';
import type { CoverageRule, QuietTime } from '../../../src/model/quiet.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

export const atMs = (atS: number) => START_MS + atS * 1000;

/** A scene in which people plan, silence and acknowledge. Times in seconds after START_MS. */
export function quietScene(...given: Parameters<typeof scene>) {
  const s = scene(...given);
  const note = (services: readonly ServiceView[]) => {
    const views = s.views as Map<string, ServiceView>;
    for (const view of services) views.set(`${view.cluster}/${view.host}/${view.service}`, view);
  };
  const ask = <K extends AlertQuestion['kind']>(
    atS: number,
    question: Extract<AlertQuestion, { readonly kind: K }>,
  ): AlertAnswers[K] => {
    const { answer, report } = s.judge.ask(question, atMs(atS));
    note(report?.services ?? []);
    return answer;
  };
  const quieten = (atS: number, rule: Partial<CoverageRule>, time: QuietTime) =>
    ask(atS, {
      kind: 'quieten',
      covers: covers(rule),
      time,
      comment: 'new disks',
      author: 'ann',
      known: false,
      preview: false,
    });
  const acknowledge = (
    atS: number,
    rule: Partial<CoverageRule>,
    wish: { sticky?: boolean; untilS?: number; notify?: boolean } = {},
  ) =>
    ask(atS, {
      kind: 'acknowledge',
      covers: covers(rule),
      comment: 'on it',
      author: 'ann',
      sticky: wish.sticky ?? false,
      untilMs: wish.untilS === undefined ? null : atMs(wish.untilS),
      notify: wish.notify ?? false,
    });
  /** As last shown: `downtime acknowledged`. */
  const shown = (key: string) => {
    const { in_downtime = false, silenced = false, acknowledged = false } = s.views.get(key) ?? {};
    const words = [in_downtime && 'downtime', silenced && 'silenced', acknowledged && 'acknowledged'];
    return words.filter((word) => word !== false).join(' ');
  };
  return { ...s, ask, quieten, acknowledge, shown };
}

export const fixed = (fromS: number, toS: number): QuietTime => {
  return { kind: 'fixed', fromMs: atMs(fromS), toMs: atMs(toS) };
};
export const silence = (fromS: number, toS: number): QuietTime =>
  ({ ...fixed(fromS, toS), kind: 'silence' }) as QuietTime;
export const flexible = (fromS: number, toS: number, lastsS: number): QuietTime => {
  return { kind: 'flexible', fromMs: atMs(fromS), toMs: atMs(toS), durationMs: lastsS * 1000 };
};
