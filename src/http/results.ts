import Type from 'typebox';
import { ErrorBody, HOST_RESULT_STATES, RESULT_STATES, ResultBody, ServiceView } from '../contract/api.ts';
import { identityOf, noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { Hourly } from './hourly.ts';
import { judgeAnswer } from './judge-answer.ts';
import { postedTimeMs } from './posted-time.ts';
import { reporterOf } from './report-results.ts';
import { printable } from '../model/printable.ts';
import { answers, NameParam, NO_QUERY } from './route.ts';
import { shownName, unknownHost, unknownService } from './unknown.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { CheckResult, ResultRefusal } from '../model/check-result.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

const ServiceParams = Type.Object({ cluster: NameParam, host: NameParam, service: NameParam });
type ServiceParams = Static<typeof ServiceParams>;
const NOTHING = Type.Object({}, { additionalProperties: false });

type ResultCall = FastifyRequest<{ Params: ServiceParams; Body: ResultBody }>;
type CheckCall = FastifyRequest<{ Params: ServiceParams }>;

/** What is done to one service: a result that is reported, and a command that is run now. */
export function resultRoutes(app: FastifyInstance, { ports }: Resources): void {
  const hourly = new Hourly();
  const service = '/api/v1/services/:cluster/:host/:service';
  app.post<{ Params: ServiceParams; Body: ResultBody }>(
    `${service}/result`,
    {
      schema: {
        params: ServiceParams,
        querystring: NO_QUERY,
        body: ResultBody,
        response: answers(ServiceView),
      },
    },
    (request) => takeResult(ports, request, hourly),
  );
  app.post<{ Params: ServiceParams }>(
    `${service}/check`,
    {
      schema: {
        params: ServiceParams,
        querystring: NO_QUERY,
        body: NOTHING,
        response: { 202: ServiceView, default: ErrorBody },
      },
    },
    async (request, reply) => reply.code(202).send(await checkNow(ports, request)),
  );
}

/** Answers with the service as it stands after the result. */
async function takeResult(ports: HttpPorts, request: ResultCall, hourly: Hourly): Promise<ServiceView> {
  const { clock, checks, judged, audit } = ports;
  const key = keyOf(request.params);
  const result: CheckResult = {
    ...key,
    code: codeOf(key.service, request.body.state),
    output: printable(request.body.output.replaceAll('\r\n', '\n')),
    timeMs: postedTimeMs(request.body.time, clock.nowMs()),
    door: 'api',
    from: reporterOf(request),
  };
  const [outcome] = await judgeAnswer(checks.report([result]));
  if (!outcome) throw new Error('the judge said nothing of a result');
  if (!outcome.ok) throw refusal(outcome.refusal, key, ports);
  const view = judged.service(outcome.key);
  if (!view) throw unknownService(outcome.key);
  if (hourly.isDue(identityOf(request).name, clock.nowMs())) {
    const detail = `${view.state}; noted once an hour`;
    noteChange(audit, request, { action: 'results reported', subject: subjectOf(outcome.key), detail });
  }
  return view;
}

async function checkNow(ports: HttpPorts, request: CheckCall): Promise<ServiceView> {
  const key = keyOf(request.params);
  const outcome = await judgeAnswer(ports.checks.checkNow(key));
  const view = ports.judged.service(key);
  switch (outcome) {
    case 'asked':
      if (!view) throw unknownService(key);
      noteChange(ports.audit, request, { action: 'check now', subject: subjectOf(key), detail: '' });
      return view;
    case 'unknown-service':
      throw ports.catalogue.host(key.cluster, key.host) ? unknownService(key) : unknownHost(ports, key);
    case 'nothing-to-run':
      throw new HttpError('nothing_to_run', `${shownName(key.service)} has no command that could be run`);
  }
}

function subjectOf({ cluster, host, service }: ServiceKey): string {
  return `${cluster} ${host} ${service}`;
}

/** Names are parts of keys, logs and lines of text further on. */
function keyOf({ cluster, host, service }: ServiceParams): ServiceKey {
  const key = { cluster, host, service };
  for (const [what, name] of Object.entries(key)) {
    if (printable(name) !== name || /[\t\n]/u.test(name)) {
      throw new HttpError('bad_request', `the name of the ${what} has control characters`, 'leave them out');
    }
  }
  return key;
}

/** The exit status of a plugin that found this state. Throws where a host's state is said of a service. */
function codeOf(service: string, state: ResultBody['state']): number {
  const states: readonly string[] = service === 'host' ? HOST_RESULT_STATES : RESULT_STATES;
  const code = /^\d$/.test(String(state)) ? Number(state) : states.indexOf(String(state));
  if (code >= 0 && code < states.length) return code;
  const what = service === 'host' ? 'of a host' : 'of a service';
  const cure = `${what} it is one of ${states.join(', ')}, or 0 … ${states.length - 1}`;
  throw new HttpError('bad_body', `state ${state} is not one ${what}`, cure);
}

/** The error to answer with where a result was not taken. */
function refusal(reason: ResultRefusal, key: ServiceKey, ports: HttpPorts): HttpError {
  const name = shownName(key.service);
  switch (reason) {
    case 'unknown-host':
      return unknownHost(ports, key);
    case 'ambiguous-host':
      return new HttpError('host_unknown', 'several hosts have this address', 'name the host');
    case 'unknown-service':
      return unknownService(key, `add to a file of checks, and reload: ${definitionFor(key)}`);
    case 'not-passive':
      return new HttpError('not_passive', `${name} takes no results: it is judged here`);
    case 'old-result':
      return new HttpError('old_result', `${name} has a newer result, or one of that time`);
    case 'future-result':
      return new HttpError(
        'bad_time',
        'time is ahead of the server',
        "set the sender's clock, or leave time out",
      );
    case 'too-many-services':
      return new HttpError('services_full', `${name} would be one service too many`);
  }
}

/** What is longer, or has a slash, is no name of a definition, but may be one of its services'. */
const DEFINITION_NAME_CHARS = 100;

/** The YAML that would take such results. */
function definitionFor({ cluster, host, service }: ServiceKey): string {
  const place = `cluster: ${quotedPattern(cluster)}, host: ${quotedPattern(host)}`;
  const isName = !service.includes('/') && service.length <= DEFINITION_NAME_CHARS;
  const name = isName ? JSON.stringify(service) : `results, service: ${quotedPattern(service)}`;
  return `services: [{ name: ${name}, ${place}, passive: true }]`;
}

/** A double-quoted text of JSON is one of YAML. */
function quotedPattern(name: string): string {
  return JSON.stringify(name.replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`));
}
