import { FEED_CLIENTS_MAX } from '../limits.ts';
import { authorize, credentialsOf } from './authority.ts';
import { HttpError } from './errors.ts';
import type { FastifyInstance } from 'fastify';
import type { Authority } from './authority.ts';
import type { FeedHub } from './feed-hub.ts';

/** `WS /api/v1/live`. Host and Origin were checked before, as for every request that upgrades. */
export function feedRoute(app: FastifyInstance, hub: FeedHub, { access, cookie }: Authority): void {
  app.route({
    method: 'GET',
    url: '/api/v1/live',
    preHandler: (request, _reply, done) => {
      const full = request.ws && hub.clients >= FEED_CLIENTS_MAX;
      done(
        full ? new HttpError('feed_full', `${FEED_CLIENTS_MAX} clients are connected already`) : undefined,
      );
    },
    handler: () => {
      throw new HttpError(
        'not_found',
        'the feed is a websocket',
        'connect with a websocket client, ws://…/api/v1/live',
      );
    },
    wsHandler: (socket, request) => {
      const credentials = credentialsOf(request, cookie);
      const open = access.mode === 'none';
      const connection = hub.attach(
        socket,
        open ? undefined : () => authorize(access, credentials, 'viewer'),
      );
      socket.on('message', (data, isBinary) => {
        // A binary frame is no JSON: it is answered as any other that cannot be read.
        connection.receive(isBinary ? '' : textOf(data));
      });
      socket.on('pong', () => connection.pong());
      socket.on('close', () => connection.gone());
    },
  });
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
