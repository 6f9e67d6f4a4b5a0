import { composePage, named } from '../alert/pages.ts';
import { subjectOf } from '../alert/titles.ts';
import type { Notice, NoticeType, Notifying } from '../alert/nagios/notifying.ts';
import type { Page, PageKind } from '../model/service-state.ts';
import type { Portrait } from '../alert/subject.ts';
import type { ServiceWatch } from './watch.ts';
import type { Making } from '../alert/pages.ts';

const KINDS: Readonly<Record<NoticeType, PageKind>> = {
  PROBLEM: 'problem',
  RECOVERY: 'recovery',
  ACKNOWLEDGEMENT: 'acknowledgement',
  FLAPPINGSTART: 'flapping-start',
  FLAPPINGSTOP: 'flapping-stop',
  FLAPPINGDISABLED: 'flapping-disabled',
  DOWNTIMESTART: 'downtime-start',
  DOWNTIMEEND: 'downtime-end',
  DOWNTIMECANCELLED: 'downtime-cancelled',
  CUSTOM: 'notice',
};

/** What has begun or ended, where it is not the state itself. */
const WORDS: Partial<Record<NoticeType, string>> = {
  FLAPPINGSTART: 'flapping began',
  FLAPPINGSTOP: 'flapping ended',
  FLAPPINGDISABLED: 'flapping is not looked at any more',
  DOWNTIMESTART: 'downtime began',
  DOWNTIMEEND: 'downtime ended',
  DOWNTIMECANCELLED: 'downtime was cancelled',
};

/** One page a contact. Every reminder is a page of its own, and so is every begin and end. */
export function nagiosPages(
  watch: ServiceWatch,
  {
    notice,
    state,
    portrait,
  }: { readonly notice: Notice; readonly state: Notifying; readonly portrait: Portrait },
  making: Making,
): Page[] {
  const { type, isReminder, contacts } = notice;
  const isProblem = watch.status.kind !== 'ok';
  const news = named(watch, portrait, type === 'PROBLEM' ? 'problem' : isProblem ? 'open' : 'recovery');
  return contacts.map((target) => {
    const page = composePage(
      {
        target,
        kind: isReminder ? 'reminder' : KINDS[type],
        incident: '',
        route: '',
        incidents: 1,
        news: [news],
        others: [],
        othersCount: 0,
        occasion: occasionOf(type, state, making.nowMs),
      },
      making,
    );
    const words = WORDS[type];
    return words === undefined
      ? page
      : { ...page, title: `${subjectOf(watch)}: ${words} (${portrait.state})` };
  });
}

function occasionOf(type: NoticeType, { number }: Notifying, nowMs: number): string | null {
  if (type === 'RECOVERY') return null;
  return type === 'PROBLEM' ? String(number) : `${type} ${nowMs}`;
}
