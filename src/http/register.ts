import { AGENT_PROTOCOLS, agentConfig, agentsOf } from '../boot/agent-config.ts';
import { DeregisterAnswer, DeregisterBody, RegisterAnswer, RegisterBody } from '../contract/instances.ts';
import { REGISTER_BODY_BYTES_MAX } from '../limits.ts';
import { canonicalAddress } from '../model/address.ts';
import { nearest } from '../model/nearest.ts';
import { HttpError } from './errors.ts';
import { identityOf, noteChange } from './audit.ts';
import { answers, NO_QUERY } from './route.ts';
import { shownName } from './unknown.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BootAgent } from '../boot/agent-config.ts';
import type { DepartureOutcome, RegistrationOutcome } from '../fleet/instance.ts';
import type { EnrolmentGroup, HttpPorts } from './ports.ts';
import type { HttpErrorCode } from './errors.ts';
import type { Resources } from './route.ts';
import type { TokenRefusals } from './token-refusals.ts';

type RegisterCall = FastifyRequest<{ Body: RegisterBody }>;
type DeregisterCall = FastifyRequest<{ Body: DeregisterBody }>;

/** Instances say that they are there, and that they leave. */
export function registerRoutes(app: FastifyInstance, { ports }: Resources, refusals: TokenRefusals): void {
  app.post<{ Body: RegisterBody }>(
    '/api/v1/register',
    {
      schema: { querystring: NO_QUERY, body: RegisterBody, response: answers(RegisterAnswer) },
      bodyLimit: REGISTER_BODY_BYTES_MAX,
    },
    async (request, reply) => {
      demandOwnGroup(request, reply, refusals);
      const answer = await register(ports, request);
      // The script of an instance at its first boot has no reader of JSON.
      if (!wantsText(request)) return answer;
      return reply.type('text/plain; charset=utf-8').serializer(String).send(answer.agent_config);
    },
  );
  app.post<{ Body: DeregisterBody }>(
    '/api/v1/deregister',
    {
      schema: { querystring: NO_QUERY, body: DeregisterBody, response: answers(DeregisterAnswer) },
      bodyLimit: REGISTER_BODY_BYTES_MAX,
    },
    (request, reply) => {
      demandOwnGroup(request, reply, refusals);
      return deregister(ports, request);
    },
  );
}

/** A token that is bound to a group enrols instances of that group. */
function demandOwnGroup(
  request: RegisterCall | DeregisterCall,
  reply: FastifyReply,
  refusals: TokenRefusals,
): void {
  const { group: own } = identityOf(request);
  const { group } = request.body;
  if (own === null || own === group) return;
  const message = `the token is for the group ${own}, and not for ${shownName(group)}`;
  throw refusals.answer(new HttpError('group_refused', message), request, reply);
}

async function register(ports: HttpPorts, request: RegisterCall): Promise<RegisterAnswer> {
  const { group: name, host, instance_id: id, region, zone, tags, agent: wanted } = request.body;
  const group = groupOf(ports, name);
  const agent = agentOf(group, wanted);
  const wish = { cluster: name, host, instanceId: emptied(id), region, zone, tags, from: addressOf(request) };
  const outcome = await ports.registry.register(wish);
  if (!outcome.ok) throw refusalOf(outcome);
  const { instance, key, isNew, replaced } = outcome;
  if (isNew || replaced !== null) {
    const detail = `instance ${instance.instanceId}${replaced === null ? '' : `, in place of ${replaced}`}`;
    noteChange(ports.audit, request, { action: 'instance registered', subject: subjectOf(instance), detail });
  }
  const { servers, port, intervalMs } = group;
  const { host: known, instanceId } = instance;
  const said = { agent, group: name, servers, port, intervalMs, host: known, instanceId, key };
  return {
    group: name,
    host: known,
    instance_id: instanceId,
    servers: [...servers],
    port,
    interval: intervalMs / 1000,
    agent,
    agent_config: agentConfig(said),
  };
}

async function deregister(ports: HttpPorts, request: DeregisterCall): Promise<DeregisterAnswer> {
  const { group: name, host, instance_id: id, reason = '' } = request.body;
  if (emptied(host) === undefined && emptied(id) === undefined) {
    throw new HttpError('bad_body', 'nobody is named', 'send the instance_id, the host, or both');
  }
  groupOf(ports, name);
  const wish = {
    cluster: name,
    host: emptied(host),
    instanceId: emptied(id),
    reason,
    from: canonicalAddress(request.ip) ?? '',
  };
  const outcome = await ports.registry.deregister(wish);
  if (!outcome.ok) throw refusalOf(outcome);
  const { instance, isNew } = outcome;
  const retired = instance.standing.kind === 'left' ? instance.standing.reason : '';
  if (isNew) {
    const detail = `instance ${instance.instanceId}: ${retired}`;
    noteChange(ports.audit, request, { action: 'instance left', subject: subjectOf(instance), detail });
  }
  return { group: name, host: instance.host, instance_id: instance.instanceId, retired_reason: retired };
}

/** Where an instance is: it may be called by that, and bound to it. */
function addressOf({ ip }: RegisterCall): string {
  const address = canonicalAddress(ip);
  if (address !== undefined) return address;
  const cure = 'have the proxy write the address of its client into X-Forwarded-For';
  throw new HttpError('bad_request', 'what a trusted proxy forwarded is no address', cure);
}

function subjectOf({ cluster, host }: { readonly cluster: string; readonly host: string }): string {
  return `${cluster} ${host}`;
}

/** What metadata does not have, a script sends as an empty word. */
function emptied(word: string | undefined): string | undefined {
  return word === '' ? undefined : word;
}

/** The group that is meant; throws the error to answer with where it does not run. */
export function groupOf({ enrolment }: HttpPorts, name: string): EnrolmentGroup {
  const group = enrolment.group(name);
  if (group) return group;
  const names = enrolment.names();
  if (names.includes(name)) throw new HttpError('not_ready', `the group ${name} does not listen`);
  const close = nearest(name, names);
  const cure =
    close === undefined ? undefined : `did you mean ${close}? GET /api/v1/clusters lists the clusters`;
  throw new HttpError('cluster_unknown', `there is no group ${shownName(name)}`, cure);
}

/** The one that was asked for, if the group takes it; else the first that it takes. */
export function agentOf({ name, accept }: EnrolmentGroup, wanted: BootAgent | undefined): BootAgent {
  const taken = agentsOf(accept);
  const [first] = taken;
  if (first === undefined) {
    const cure = 'add collectd or ganglia to its accept';
    throw new HttpError('agent_not_taken', `the group ${name} takes neither collectd nor gmond`, cure);
  }
  if (wanted === undefined || taken.includes(wanted)) return wanted ?? first;
  const cure = `ask for ${taken.join(' or ')}, or add ${AGENT_PROTOCOLS[wanted]} to its accept`;
  throw new HttpError('agent_not_taken', `the group ${name} does not take ${wanted}`, cure);
}

function refusalOf({
  refusal,
  message,
}: (RegistrationOutcome | DepartureOutcome) & { ok: false }): HttpError {
  if (refusal === 'two_instances') {
    return new HttpError('bad_body', message, 'send the instance_id or the host, or both of one instance');
  }
  const code: HttpErrorCode = refusal === 'not_kept' ? 'instances_failed' : refusal;
  if (code === 'busy') return new HttpError(code, message, 'register again in a few seconds');
  return new HttpError(code, code === 'instances_failed' ? 'the server cannot keep it' : message);
}

function wantsText({ headers: { accept = '' } }: FastifyRequest): boolean {
  return /^\s*text\/plain\b/iu.test(accept);
}
