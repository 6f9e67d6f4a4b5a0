import Type from 'typebox';
import { FORM_FIELDS_MAX, RESULTS_BODY_BYTES_MAX } from '../limits.ts';
import { readForm } from '../wire/form.ts';
import { readNrdpJson } from '../wire/nrdp/json.ts';
import { readNrdpXml } from '../wire/nrdp/xml.ts';
import { isForm, isFormWithToken, isOurs } from './agent-credentials.ts';
import { asHttpError } from './faults.ts';
import { authorize } from './authority.ts';
import { HttpError } from './errors.ts';
import { Hourly } from './hourly.ts';
import { identityOf, noteChange } from './audit.ts';
import { nrdpFault, nrdpOutcome, nrdpText } from './nrdp-answer.ts';
import { readBody } from './read-body.ts';
import { reporterOf, reportResults } from './report-results.ts';
import { runCommands } from './run-commands.ts';
import { WriteGate } from './write-gate.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Change } from './audit.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { Form } from '../wire/form.ts';
import type { HttpPorts } from './ports.ts';
import type { Identity } from '../contract/access.ts';
import type { NrdpAnswer, NrdpForm } from './nrdp-answer.ts';
import type { NrdpItem, NrdpMessage } from '../wire/nrdp/message.ts';
import type { Readable } from 'node:stream';
import type { Refusal } from '../model/door-books.ts';
import type { Resources } from './route.ts';
import type { TokenRefusals } from './token-refusals.ts';

interface NrdpRequest {
  Body: Readable | undefined;
}
type NrdpCall = FastifyRequest<NrdpRequest>;

/** By these names clients of every age send the same. */
const XML_FIELDS = ['xml', 'xmldata', 'XMLDATA'];
const JSON_FIELDS = ['json', 'jsondata', 'JSONDATA'];
const RETRY_AFTER_S = '5';
const SCHEMA = { response: { 200: Type.String() } };
const AS_CLIENTS_DO = "send what NRDP's own clients send: docs/PROTOCOLS.md has its fields";
const AS_XML =
  'send well-formed XML without a document type: <checkresults>, and a <checkresult> with hostname, servicename, ' +
  'state and output for each';
const IN_THE_BODY = 'send token, cmd and data as fields of the body: addresses are written to logs';

/** NRDP, as Nagios' own server of that name takes it: results of checks in a form. */
export function nrdpRoutes(app: FastifyInstance, { ports }: Resources, refusals: TokenRefusals): void {
  const gate = new WriteGate();
  const hourly = new Hourly();
  // Its own context: the body comes as it is, and may be packed.
  void app.register((intake, _options, done) => {
    intake.removeAllContentTypeParsers();
    intake.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    for (const url of ['/nrdp', '/nrdp/']) {
      intake.post<NrdpRequest>(url, { schema: SCHEMA }, async (request, reply) => {
        if (!isForm(request.headers['content-type'])) throw new HttpError('form_needed', 'NRDP sends a form');
        const fields = await fieldsOf(request, gate);
        return answerCall({ ports, hourly, refusals, request, reply, fields });
      });
    }
    done();
  });
}

/** What is refused is answered in the form that was sent, too. */
async function answerCall(call: Call): Promise<FastifyReply> {
  const { ports, request, reply, fields } = call;
  const form = formOf(fields);
  let answer: NrdpAnswer;
  try {
    answer = await take(call);
  } catch (error) {
    // An HttpError, or what asHttpError takes for a fault of ours.
    const fault = asHttpError(error as FastifyError, request, ports.log);
    if (fault.status === 503) void reply.header('retry-after', RETRY_AFTER_S);
    void reply.code(fault.status);
    answer = nrdpFault(fault);
  }
  const type = form === 'json' ? 'application/json' : 'text/xml';
  return reply.type(`${type}; charset=utf-8`).send(nrdpText(answer, form));
}

async function fieldsOf({ body, headers, ip }: NrdpCall, gate: WriteGate): Promise<Form> {
  if (!body) return new Map();
  using lease = gate.open(ip);
  const encoding = headers['content-encoding'];
  const bytes = await readBody(body, { encoding, maxBytes: RESULTS_BODY_BYTES_MAX, lease });
  const fields = readForm(bytes, FORM_FIELDS_MAX);
  if (!fields) throw new HttpError('bad_body', `the form has over ${FORM_FIELDS_MAX} fields`, AS_CLIENTS_DO);
  return fields;
}

/** XML counts where both are there, and where there is neither. */
function formOf(fields: Form): NrdpForm {
  const isJson = firstOf(fields, XML_FIELDS) === undefined && firstOf(fields, JSON_FIELDS) !== undefined;
  return isJson ? 'json' : 'xml';
}

interface Call {
  readonly ports: HttpPorts;
  readonly hourly: Hourly;
  readonly refusals: TokenRefusals;
  readonly request: NrdpCall;
  readonly reply: FastifyReply;
  readonly fields: Form;
}

/** Throws the error to answer with. */
async function take(call: Call): Promise<NrdpAnswer> {
  const { request, fields } = call;
  if (Object.keys(request.query as object).length > 0) {
    throw new HttpError('bad_query', 'NRDP takes nothing from the query', IN_THE_BODY);
  }
  request.identity = reporter(call, fields.get('token') ?? '');
  switch (fields.get('cmd')?.toLowerCase()) {
    case 'submitcheck':
      return submitChecks(call);
    case 'submitcmd':
      return submitCommand(call);
    default:
      throw new HttpError('bad_body', 'NO REQUEST HANDLER', 'send cmd=submitcheck, or cmd=submitcmd');
  }
}

/** Who brought this token, where the guard has not found that out. Throws where that is not enough. */
function reporter({ ports, request, reply, refusals }: Call, token: string): Identity {
  const { access, checks } = ports;
  const isAsked = access.mode === 'none' ? isOurs(token) : isFormWithToken(request);
  if (!isAsked) return identityOf(request);
  const credentials = { token: token === '' ? undefined : token, session: undefined };
  const found = authorize(access, credentials, 'report');
  if (!(found instanceof HttpError)) return found;
  checks.refused({ door: 'nrdp', reason: 'bad-token', from: request.ip, about: '' });
  throw found.status === 401 && token !== '' ? refusals.answer(found, request, reply) : found;
}

async function submitChecks(call: Call): Promise<NrdpAnswer> {
  const { ports, request, fields } = call;
  const message = messageOf(fields);
  if (!message.ok) throw new HttpError('bad_body', message.fault, cureOf(fields));
  const identity = identityOf(request);
  const said = {
    cluster: clusterOf(identity),
    door: 'nrdp',
    from: reporterOf(request, identity),
    nowMs: ports.clock.nowMs(),
  } as const;
  const outcomes = await reportResults(
    ports.checks,
    message.items.map((item) => resultOf(item, said)),
  );
  const answer = nrdpOutcome(outcomes, 'checks');
  note(call, answer);
  return answer;
}

function cureOf(fields: Form): string {
  return firstOf(fields, XML_FIELDS) === undefined ? AS_CLIENTS_DO : AS_XML;
}

function messageOf(fields: Form): NrdpMessage {
  const xml = firstOf(fields, XML_FIELDS);
  if (xml !== undefined) return readNrdpXml(xml);
  const json = firstOf(fields, JSON_FIELDS);
  if (json !== undefined) return readNrdpJson(json);
  return { ok: false, fault: 'NO DATA: the form has neither xml nor json' };
}

function resultOf(
  item: NrdpItem,
  said: Pick<CheckResult, 'cluster' | 'door' | 'from'> & { readonly nowMs: number },
): CheckResult | Refusal {
  const { cluster, door, from, nowMs } = said;
  if (!item.ok) return { door, from, reason: item.fault, about: item.about };
  const { host, service, code, output, timeS } = item.result;
  const timeMs = timeS === undefined ? nowMs : timeS * 1000;
  return { cluster, host, service, code, output, timeMs, door, from };
}

async function submitCommand(call: Call): Promise<NrdpAnswer> {
  const { ports, request, fields } = call;
  const command = fields.get('command') ?? '';
  if (command === '')
    throw new HttpError('bad_body', 'NO COMMAND: the form has no field command', AS_CLIENTS_DO);
  const identity = identityOf(request);
  const from = reporterOf(request, identity);
  const by = {
    door: 'nrdp',
    from,
    cluster: clusterOf(identity),
    nowMs: ports.clock.nowMs(),
    author: identity.kind === 'open' ? null : identity.name,
    mayDecide: identity.role !== 'enrol',
    decided: (change: Change) => noteChange(ports.audit, request, change),
  } as const;
  const answer = nrdpOutcome(await runCommands(ports, [command], by), 'commands');
  note(call, answer);
  return answer;
}

/** The token of an instance speaks for hosts of its own cluster. */
function clusterOf({ role, group }: Identity): string {
  return role === 'enrol' ? (group ?? '') : '';
}

function note({ ports, hourly, request }: Call, { status }: NrdpAnswer): void {
  const { clock, audit } = ports;
  if (status !== 0 || !hourly.isDue(identityOf(request).name, clock.nowMs())) return;
  const detail = 'by NRDP; noted once an hour';
  noteChange(audit, request, { action: 'results reported', subject: 'services', detail });
}

function firstOf(fields: Form, names: readonly string[]): string | undefined {
  const name = names.find((one) => fields.has(one));
  return name === undefined ? undefined : (fields.get(name) ?? '');
}
