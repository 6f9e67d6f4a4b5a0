import Type from 'typebox';
import { ConfirmBody, ReconcilerView } from '../contract/instances.ts';
import { noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { answers, NameParam, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Change } from './audit.ts';
import type { Confirmation, Reconcilers } from './ports.ts';
import type { HttpErrorCode } from './errors.ts';
import type { Resources } from './route.ts';

const NameParams = Type.Object({ name: NameParam });

/** Lists that say which instances there are; one that would retire too many at once waits to be confirmed. */
export function reconcilerRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get(
    '/api/v1/reconcilers',
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(ReconcilerView)) } },
    () => ports.reconcilers.list(),
  );
  app.post<{ Params: Static<typeof NameParams>; Body: Static<typeof ConfirmBody> }>(
    '/api/v1/reconcilers/:name/confirm',
    {
      schema: {
        params: NameParams,
        querystring: NO_QUERY,
        body: ConfirmBody,
        response: answers(ReconcilerView),
      },
    },
    (request) => {
      const { name } = request.params;
      const outcome = confirmList(ports.reconcilers, name, request.body.digest);
      if (!outcome.ok) throw new HttpError(outcome.code, outcome.message);
      noteChange(ports.audit, request, outcome.change);
      return outcome.view;
    },
  );
}

type Confirmed =
  /** `change`: as it is written down. */
  | { readonly ok: true; readonly view: ReconcilerView; readonly change: Change }
  | { readonly ok: false; readonly code: HttpErrorCode; readonly message: string };

/** Takes a held list, for whoever asks for it. */
export function confirmList(reconcilers: Reconcilers, name: string, digest: string): Confirmed {
  const find = () => reconcilers.list().find((one) => one.name === name);
  const held = find()?.held;
  const outcome = reconcilers.confirm(name, digest);
  const view = find();
  if (outcome !== 'confirmed' || !view) {
    const [code, message] = REFUSALS[outcome === 'confirmed' ? 'unknown' : outcome];
    return { ok: false, code, message: `reconciler ${JSON.stringify(name)}: ${message}` };
  }
  return {
    ok: true,
    view,
    change: { action: 'list confirmed', subject: name, detail: held?.words ?? '' },
  };
}

const REFUSALS: Readonly<Record<Exclude<Confirmation, 'confirmed'>, readonly [HttpErrorCode, string]>> = {
  unknown: ['reconciler_unknown', 'there is none of that name'],
  'not-held': ['nothing_held', 'nothing of its list waits to be confirmed'],
  another: ['list_changed', 'its list has changed since, other instances are missing now'],
  'not-kept': ['instances_failed', 'fleet.db cannot be written'],
};
