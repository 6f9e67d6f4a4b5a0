import { HOST_SERVICE, problemKey } from './problem.ts';
import { markOf } from './state.ts';
import type { MarkKind } from './state.ts';
import type { EventView, ServiceView } from '../../../src/contract/api.ts';
import type { NotificationView } from '../../../src/contract/alert-views.ts';

/** A step of how a problem came about and who was told. */
export interface StoryStep {
  readonly key: string;
  readonly timeMs: number;
  readonly title: string;
  readonly words: string;
  /** Null: a page. */
  readonly mark: MarkKind | null;
}

export interface Story {
  /** In the order of time. */
  readonly steps: readonly StoryStep[];
  readonly told: boolean;
}

/** Changes of the services' states and the pages about them; hosts are named where there are several. */
export function storyOf(
  services: readonly ServiceView[],
  events: readonly EventView[],
  pages: readonly NotificationView[],
): Story {
  const keys = new Set(services.map(problemKey));
  const several = new Set(services.map(({ host }) => host)).size > 1;
  const changes = events.flatMap((event): StoryStep[] => {
    const { kind, cluster, host, service, state } = event;
    if (
      kind !== 'state' ||
      service === null ||
      state === null ||
      !keys.has(problemKey({ cluster, host, service }))
    )
      return [];
    // Every attempt of one service tells something; of many only what came of them does.
    if (several && event.state_type === 'SOFT') return [];
    return [changeStep(event, { service, state, several })];
  });
  const about = pages.filter((page) => [page, ...page.services].some((one) => keys.has(problemKey(one))));
  const told = about
    .filter(({ kind }) => kind !== 'reminder')
    .map((page): Happened => ({ timeMs: page.created_ms, step: pageStep(page, several) }));
  const reminders = about
    .filter(({ kind }) => kind === 'reminder')
    .map((page): Happened => ({ timeMs: page.created_ms, reminder: page }));
  const happened = [...changes.map((step) => ({ timeMs: step.timeMs, step })), ...told, ...reminders];
  return {
    steps: folded(happened.toSorted((a, b) => a.timeMs - b.timeMs)),
    told: about.length > 0,
  };
}

type Happened =
  | { readonly timeMs: number; readonly step: StoryStep }
  | { readonly timeMs: number; readonly step?: never; readonly reminder: NotificationView };

/** Reminders between which nothing else happened are one step. */
function folded(happened: readonly Happened[]): StoryStep[] {
  const steps: StoryStep[] = [];
  let reminders: NotificationView[] = [];
  const fold = () => {
    const [first, ...others] = reminders;
    if (first) steps.push(reminderStep([first, ...others]));
    reminders = [];
  };
  for (const one of happened) {
    if (!one.step) {
      if (reminders[0]?.outcome !== one.reminder.outcome) fold();
      reminders.push(one.reminder);
      continue;
    }
    fold();
    steps.push(one.step);
  }
  fold();
  return steps;
}

/** Reminders with the same outcome, in the order of time: `reminded ann, ops/slack 5 times`. */
function reminderStep(reminders: readonly [NotificationView, ...NotificationView[]]): StoryStep {
  const last = reminders.at(-1) ?? reminders[0];
  const receivers = [...new Set(reminders.map(({ receiver }) => receiver))].join(', ');
  const times = reminders.length > 1 ? ` ${reminders.length} times` : '';
  const how = last.outcome === 'delivered' ? '' : `, ${last.outcome}`;
  return {
    key: `page ${reminders[0].id}`,
    timeMs: last.created_ms,
    title: `reminded ${receivers}${times}${how}`,
    words: last.detail,
    mark: null,
  };
}

function changeStep(
  event: EventView,
  {
    service,
    state,
    several,
  }: { readonly service: string; readonly state: string; readonly several: boolean },
): StoryStep {
  const subject = service === HOST_SERVICE ? event.host : several ? `${service} on ${event.host}` : service;
  const sure =
    event.state_type === 'SOFT' ? `, soft ${event.attempt ?? 1}` : event.state_type === null ? '' : ', hard';
  return {
    key: event.id,
    timeMs: event.time_ms,
    title: `${subject}: ${state}${sure}`,
    words: event.text,
    mark: markOf(state),
  };
}

function pageStep(page: NotificationView, several: boolean): StoryStep {
  const attempts = page.attempts > 1 ? ` after ${page.attempts} attempts` : '';
  return {
    key: `page ${page.id}`,
    timeMs: page.created_ms,
    title: `${page.receiver}: ${whatOf(page, several)}, ${page.outcome}${attempts}`,
    words: page.detail,
    mark: null,
  };
}

/** A page of many services is called by its title; of one its state says enough. */
function whatOf({ kind, state, host, title, count }: NotificationView, several: boolean): string {
  if (count > 1 && title !== '') return `${kind}, ${title}`;
  return `${state.toLowerCase()}${several ? ` on ${host}` : ''}`;
}
