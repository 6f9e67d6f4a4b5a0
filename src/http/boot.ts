import Type from 'typebox';
import { BOOT_FORMATS, bootScript } from '../boot/boot-script.ts';
import { isLoopbackName, registerUrls } from '../boot/servers.ts';
import { HttpError } from './errors.ts';
import { identityOf } from './audit.ts';
import { agentOf, groupOf } from './register.ts';
import { answers, NameParam } from './route.ts';
import { shownName } from './unknown.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { BootFormat } from '../boot/boot-script.ts';
import type { Authority } from './authority.ts';
import type { Resources } from './route.ts';

const BootPath = Type.Object({ group: NameParam });
const BootQuery = Type.Object(
  {
    agent: Type.Optional(Type.Enum(['collectd', 'gmond'])),
    format: Type.Optional(Type.Enum([...BOOT_FORMATS])),
  },
  { additionalProperties: false },
);

type BootCall = FastifyRequest<{ Params: Static<typeof BootPath>; Querystring: Static<typeof BootQuery> }>;

const TYPES = {
  sh: 'text/x-shellscript',
  'cloud-init': 'text/cloud-config',
  puppet: 'text/plain',
} as const satisfies Record<BootFormat, string>;

interface BootParts {
  readonly publicUrl: string;
  readonly authority: Pick<Authority, 'refusals'>;
}

/** What an instance of a group runs at its first boot. The token to enrol with never stands in it. */
export function bootRoutes(
  app: FastifyInstance,
  { ports }: Resources,
  { publicUrl, authority: { refusals } }: BootParts,
): void {
  app.get(
    '/boot/:group',
    { schema: { params: BootPath, querystring: BootQuery, response: answers(Type.String()) } },
    (request: BootCall, reply) => {
      const { agent: wanted, format = 'sh' } = request.query;
      const { group: own } = identityOf(request);
      const { group: name } = request.params;
      if (own !== null && own !== name) {
        const message = `the token is for the group ${own}, and not for ${shownName(name)}`;
        throw refusals.answer(new HttpError('group_refused', message), request, reply);
      }
      const group = groupOf(ports, name);
      const { servers, port } = group;
      if (servers.every(isLoopbackName) && !isLoopbackName(request.ip)) {
        throw new HttpError('no_public_url', `instances would register at ${servers.join(', ')}: themselves`);
      }
      const urls = registerUrls(publicUrl, servers);
      const agent = agentOf(group, wanted);
      const script = bootScript({ format, group: name, agent, urls, port, token: null });
      void reply.type(`${TYPES[format]}; charset=utf-8`).header('cache-control', 'no-store');
      return reply.serializer(String).send(script);
    },
  );
}
