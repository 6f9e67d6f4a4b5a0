import { alertApi } from '../../live/alert-api.ts';
import { SERVICES_MAX } from '../../fleet/action.ts';
import type { Wish } from '../../fleet/action.ts';
import type { AcknowledgementsAnswer, QuietAnswer } from '../../../../src/contract/alert-views.ts';

export type Done =
  | { readonly kind: 'acknowledge'; readonly answer: AcknowledgementsAnswer }
  | { readonly kind: 'downtime' | 'silence'; readonly answer: QuietAnswer };

/** Asks the server for it. Rejects with an ApiFault when refused. */
export async function perform(wish: Wish): Promise<Done> {
  switch (wish.kind) {
    case 'acknowledge':
      return { kind: wish.kind, answer: await alertApi.acknowledge(wish.body) };
    case 'downtime':
      return { kind: wish.kind, answer: await alertApi.downtime(wish.body) };
    case 'silence':
      return { kind: wish.kind, answer: await alertApi.silence(wish.body) };
  }
}

/** What it would cover, without doing it. */
export async function preview(wish: Wish): Promise<Done> {
  const body = { comment: '?', preview: true };
  switch (wish.kind) {
    case 'acknowledge':
      return perform({ kind: wish.kind, body: { ...wish.body, ...body } });
    case 'downtime':
      return perform({ kind: wish.kind, body: { ...wish.body, ...body } });
    case 'silence':
      return perform({ kind: wish.kind, body: { ...wish.body, ...body } });
  }
}

/** Takes back exactly what was done; undefined: nothing was. */
export function undoOf(done: Done, wish: Wish): (() => Promise<unknown>) | undefined {
  if (done.kind === 'acknowledge') {
    // More than one request names: what was asked for says them all.
    if (done.answer.acknowledged.length > SERVICES_MAX) return () => alertApi.unacknowledge(wish.body.covers);
    const services = done.answer.acknowledged.map(({ cluster, host, service }) => ({
      cluster,
      host,
      service,
    }));
    return services.length === 0 ? undefined : () => alertApi.unacknowledge({ services });
  }
  const { quiet } = done.answer;
  const sort = done.kind === 'downtime' ? 'downtimes' : 'silences';
  return quiet ? () => alertApi.endQuiet(sort, quiet.id) : undefined;
}

/** `Acknowledged 5 services.` */
export function whatWasDone(done: Done): string {
  if (done.kind === 'acknowledge') {
    const { length } = done.answer.acknowledged;
    return length === 0
      ? 'Nothing was acknowledged: none of them has a problem any more.'
      : `Acknowledged: ${countServices(length)}.`;
  }
  const { count } = done.answer.covers;
  return done.kind === 'downtime'
    ? `The downtime is planned: it covers ${countServices(count)} now.`
    : `Silenced: ${countServices(count)} now.`;
}

export function countServices(count: number): string {
  return count === 1 ? '1 service' : `${count} services`;
}
