import Type from 'typebox';
import { QUERY_BODY_BYTES_MAX, WRITE_BODY_BYTES_MAX } from '../limits.ts';
import { TIME_UNITS } from '../model/write.ts';
import { asHttpError } from './faults.ts';
import { HttpError } from './errors.ts';
import { identityOf } from './audit.ts';
import { readBody } from './read-body.ts';
import { WriteGate } from './write-gate.ts';
import { ErrorBody } from '../contract/api.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Identity } from '../contract/access.ts';
import type { BodyLease } from './write-gate.ts';
import type { HttpPorts, Writes } from './ports.ts';
import type { Readable } from 'node:stream';
import type { Resources } from './route.ts';
import type { WriteOutcome } from '../model/write.ts';

const Name = Type.Optional(Type.String({ maxLength: 1000 }));
const Precision = Type.Optional(Type.Enum([...TIME_UNITS.keys()]));
/** Further keys (`rp`, `consistency`, `org`, `u`, `p`) are those of InfluxDB's clients, and mean nothing here. */
const WriteQuery = Type.Object({ db: Name, bucket: Name, precision: Precision });
type WriteQuery = Static<typeof WriteQuery>;
const QueryQuery = Type.Object({ q: Name });
const NOTHING = { 204: Type.Null(), default: ErrorBody };

type WriteCall = FastifyRequest<{ Querystring: WriteQuery; Body: Readable | undefined }>;
type QueryCall = FastifyRequest<{ Querystring: Static<typeof QueryQuery>; Body: Readable | undefined }>;

const RETRY_AFTER_S = '5';

/** InfluxDB's line protocol, as Telegraf and its like send it to InfluxDB 1 (`/write`) and 2 (`/api/v2/write`). */
export function writeRoutes(app: FastifyInstance, { ports }: Resources): void {
  const gate = new WriteGate();
  // Its own context: bodies come as they are, and errors carry what clients of InfluxDB 1 look for.
  void app.register((intake, _options, done) => {
    intake.removeAllContentTypeParsers();
    intake.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    intake.setErrorHandler<FastifyError>((error, request, reply) => {
      sendInfluxError(reply, asHttpError(error, request, ports.log));
    });
    const schema = { querystring: WriteQuery, response: NOTHING };
    for (const url of ['/write', '/api/v2/write']) {
      intake.post(url, { schema }, async (request: WriteCall, reply) => {
        await write(ports, gate, request);
        return reply.code(204).send();
      });
    }
    intake.post('/query', { schema: { querystring: QueryQuery } }, (request: QueryCall) =>
      query(gate, request),
    );
    // Clients of InfluxDB add keys of their own, `verbose` and `wait_for_leader`.
    intake.get('/ping', { schema: { response: NOTHING } }, (_request, reply) =>
      reply
        .code(204)
        .header('x-influxdb-build', 'Muster')
        .header('x-influxdb-version', '1.8 (Muster)')
        .send(),
    );
    done();
  });
}

function sendInfluxError(reply: FastifyReply, error: HttpError): void {
  const { status, body } = error;
  const isLater = (status === 503 || status === 429) && !reply.hasHeader('retry-after');
  if (isLater) void reply.header('retry-after', RETRY_AFTER_S);
  // Of a body that was not read to its end, the rest would be taken for the next request.
  if (status === 413 || status === 503) void reply.header('connection', 'close');
  void reply.code(status).type('application/json; charset=utf-8');
  void reply.send(JSON.stringify({ ...body, error: `${body.message} (${body.cure})` }));
}

async function write({ writes, clock }: HttpPorts, gate: WriteGate, request: WriteCall): Promise<void> {
  const { db, bucket, precision = 'ns' } = request.query;
  const identity = identityOf(request);
  const group = groupOf(identity, bucket ?? db, writes);
  using lease = gate.open(request.ip);
  const bytes = await bodyOf(request, lease, WRITE_BODY_BYTES_MAX);
  const msPerUnit = TIME_UNITS.get(precision) ?? Number.NaN;
  const hasToken = identity.kind === 'token';
  const said = { group, hasToken, address: request.ip, arrivalMs: clock.nowMs(), msPerUnit };
  const outcome = await writes.write({ ...said, bytes }).catch(() => undefined);
  judge(outcome, said);
}

function bodyOf(
  { body, headers }: WriteCall | QueryCall,
  lease: BodyLease,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> {
  if (!body) return new Uint8Array(0);
  return readBody(body, { encoding: headers['content-encoding'], maxBytes, lease });
}

/**
 * The token of an instance says which group it writes to, and a database of another name is only Telegraf's
 * default; for everybody else the database is the group.
 */
function groupOf({ role, group }: Identity, said: string | undefined, writes: Writes): string {
  // `database/retention-policy`, as clients of InfluxDB 1 name a bucket.
  const [named = ''] = (said ?? '').split('/', 1);
  if (role === 'enrol' && group !== null) {
    if (named === group || !writes.hasGroup(named)) return group;
    const message = `the token is for the group ${group}, and the database named is the group ${named}`;
    throw new HttpError('group_refused', message);
  }
  if (named === '') throw new HttpError('bad_query', 'no group is named', 'set db, or bucket, to the group');
  if (writes.hasGroup(named)) return named;
  const shown = named.length > NAME_CHARS_SHOWN ? `${named.slice(0, NAME_CHARS_SHOWN)}…` : named;
  throw new HttpError('cluster_unknown', `database not found: there is no group "${shown}"`, NAME_A_GROUP);
}

const NAME_CHARS_SHOWN = 100;
const NAME_A_GROUP = 'set the database, or bucket, to the name of a group: GET /api/v1/clusters lists them';

/** Throws the error to answer with. `undefined`: the worker is gone. */
function judge(
  outcome: WriteOutcome | undefined,
  { group, address }: { readonly group: string; readonly address: string },
): void {
  switch (outcome?.kind) {
    case undefined:
      throw new HttpError('not_ready', 'the server stops, or a thread of it has failed');
    case 'read':
      if (outcome.refused > 0) throw new HttpError('bad_lines', partly(outcome));
      return;
    case 'no-group':
      throw new HttpError(
        'cluster_unknown',
        `database not found: the group ${group} does not run`,
        NAME_A_GROUP,
      );
    case 'not-allowed':
      throw new HttpError('address_refused', `the group ${group} takes nothing from ${address}`);
    case 'token-needed':
      throw new HttpError(
        'sign_in_needed',
        `the group ${group} takes only what is signed, or written with a token`,
        'send one: script/muster token create --role enrol --group G',
      );
    case 'source-rate':
      throw new HttpError('too_many_writes', `${address} sends more requests than the group ${group} takes`);
  }
}

/** Which lines were refused, in InfluxDB's words, by which its clients know not to send them again. */
function partly({ lines, refused, faults }: WriteOutcome & { kind: 'read' }): string {
  const told = faults.map(
    ({ line, column, reason, quoted }) =>
      `line ${line}, column ${column}: ${reason} at ${JSON.stringify(quoted)}`,
  );
  const more = refused > told.length ? [`and ${refused - told.length} more`] : [];
  return `partial write: ${refused} of ${lines} lines were refused: ${[...told, ...more].join('; ')} dropped=${refused}`;
}

/** Telegraf makes its database before it writes to it. Nothing else is asked of InfluxQL. */
async function query(gate: WriteGate, request: QueryCall): Promise<{ readonly results: readonly object[] }> {
  using lease = gate.open(request.ip);
  const body = await bodyOf(request, lease, QUERY_BODY_BYTES_MAX);
  const q = request.query.q ?? new URLSearchParams(new TextDecoder().decode(body)).get('q') ?? '';
  if (/^\s*create\s+database\s/iu.test(q)) return { results: [{ statement_id: 0 }] };
  const cure = 'GET /api/v1/series reads series; CREATE DATABASE is answered for Telegraf';
  throw new HttpError('bad_query', 'this server does not answer InfluxQL', cure);
}
