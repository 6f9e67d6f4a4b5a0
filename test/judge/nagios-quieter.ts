import { commandOf } from './nagios-commands.ts';
import { START_MS } from './fleet.ts';
import type { NotificationCommand } from './nagios-commands.ts';
import type { CoverageRule } from '../../src/model/quiet.ts';
import type { ServiceKey } from '../../src/model/service-state.ts';
import type { Stage, Step } from './nagios-scenario.ts';

/** External commands as what people ask of the judge: downtimes and acknowledgements. */
export class Quieter {
  readonly #stage: Stage;
  readonly #services: readonly string[];
  /** Ids of downtimes, by their objects. */
  readonly #ids: { readonly object: string; readonly id: string }[] = [];

  constructor(stage: Stage, services: readonly string[]) {
    this.#stage = stage;
    this.#services = services;
  }

  /** Whether Muster can be told all that the steps say. */
  static understands(steps: readonly Step[]): boolean {
    return steps.every(({ input: { command = '' } }) => {
      const names = { host: '', services: [], nowMs: START_MS, count: 0 };
      const wish = commandOf(command, names);
      return wish === undefined || KNOWN.has(wish.kind);
    });
  }

  do({ t, input: { command = '' } }: Step): void {
    const nowMs = START_MS + t * 1000;
    const names = { host: this.#stage.host, services: this.#services, nowMs, count: 0 };
    const wish = commandOf(command, names);
    switch (wish?.kind) {
      case 'acknowledge': {
        const { isSticky: sticky, object } = wish;
        const who = { comment: 'on it', author: 'bob', untilMs: null, notify: false };
        this.#stage.ask({ kind: 'acknowledge', covers: this.#covers(object), sticky, ...who }, t);
        return;
      }
      case 'unacknowledge':
        this.#stage.ask({ kind: 'unacknowledge', covers: this.#covers(wish.object), by: 'bob' }, t);
        return;
      case 'schedule':
        for (const one of wish.downtimes) this.#schedule(one, t);
        return;
      case 'cancel':
        for (const { object, id } of this.#ids) {
          if (wish.objects.includes(object)) this.#stage.ask({ kind: 'end-quiet', id, by: 'bob' }, t);
        }
        return;
      default:
    }
  }

  #schedule(one: ScheduledDowntime, t: number): void {
    const { object, isFixed, fromMs, toMs, durationMs } = one;
    const time = isFixed
      ? ({ kind: 'fixed', fromMs, toMs } as const)
      : ({ kind: 'flexible', fromMs, toMs, durationMs } as const);
    const wish = {
      covers: this.#covers(object),
      time,
      comment: 'mw',
      author: 'bob',
      known: true,
      preview: false,
    };
    const done = this.#stage.ask({ kind: 'quieten', ...wish }, t);
    if (done.ok) this.#ids.push({ object, id: done.value.id });
  }

  #covers(object: string): CoverageRule {
    const { host } = this.#stage;
    const services: ServiceKey[] = [
      {
        cluster: 'web',
        host: object === 'parent' ? host.replace('h', 'p') : host,
        service: object === 'parent' ? 'host' : object,
      },
    ];
    return { cluster: null, host: null, service: null, severity: null, facts: [], services };
  }
}

type ScheduledDowntime = Extract<NotificationCommand, { readonly kind: 'schedule' }>['downtimes'][number];

const KNOWN: ReadonlySet<NotificationCommand['kind']> = new Set([
  'acknowledge',
  'unacknowledge',
  'schedule',
  'cancel',
]);
