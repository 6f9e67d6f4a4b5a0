import { fastify } from 'fastify';
import websocket from '@fastify/websocket';
import {
  FEED_FRAME_BYTES_MAX,
  HTTP_BODY_BYTES_MAX,
  HTTP_PARAM_CHARS_MAX,
  REQUEST_TIMEOUT_MS,
} from '../limits.ts';
import { clusterRoutes } from './clusters.ts';
import { configRoutes } from './config.ts';
import { answerFaults, asHttpError, sendError } from './faults.ts';
import { feedRoute } from './feed.ts';
import { FeedHub } from './feed-hub.ts';
import { FleetView } from './fleet-view.ts';
import { guardRequests, SECURITY_HEADERS } from './guard.ts';
import { healthRoutes } from './health.ts';
import { hostRoutes } from './hosts.ts';
import { metricsRoutes } from './metrics.ts';
import { notificationRoutes } from './notifications.ts';
import { openApiRoute } from './openapi.ts';
import { pageRoutes } from './page.ts';
import { seriesRoutes } from './series.ts';
import { serviceRoutes } from './services.ts';
import { statusRoutes } from './status.ts';
import type { FastifyInstance } from 'fastify';
import type { ServerIdentity } from './fleet-view.ts';
import type { GuardOptions } from './guard.ts';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

export interface HttpOptions extends HttpPorts, GuardOptions {
  readonly identity: ServerIdentity;
  /** Where the built page is (web/dist); it may be missing. */
  readonly pageDirectory: string;
}

const TICK_MS = 1000;

/**
 * The page, the API and the live feed, not yet listening. Closing it ends every connection and the feed's
 * clock.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: HTTP_BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: HTTP_PARAM_CHARS_MAX },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true } },
    frameworkErrors: (error, request, reply) => {
      // Such a request met no hook: it gets the headers here.
      void reply.headers(SECURITY_HEADERS);
      sendError(reply, asHttpError(error, request, options.log));
    },
  });
  // The views are our own types, checked when compiled: nothing is coerced on the way out, and NaN becomes
  // null.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser('text/plain');
  answerFaults(app, options.log);
  void app.register(websocket, {
    options: { maxPayload: FEED_FRAME_BYTES_MAX },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: closeSockets,
  });
  // After the plugin's own hook, which notes that a request upgrades and ends the connection of a refused
  // one.
  void app.after(() => guardRequests(app, options));
  const fleet = new FleetView(options);
  const hub = new FeedHub({ ...options, fleet });
  pageRoutes(app, options.pageDirectory);
  // Its own context, so that its routes are added once the websocket plugin is there to see them.
  void app.register((api, _options, done) => {
    openApiRoute(api, options.identity.version);
    apiRoutes(api, { ports: options, fleet }, { identity: options.identity, hub });
    done();
  });
  tickWhileOpen(app, options, { fleet, hub });
  return app;
}

function apiRoutes(
  app: FastifyInstance,
  resources: Resources,
  own: { readonly identity: ServerIdentity; readonly hub: FeedHub },
): void {
  healthRoutes(app, resources);
  metricsRoutes(app, resources, () => own.hub.clients);
  clusterRoutes(app, resources);
  hostRoutes(app, resources);
  seriesRoutes(app, resources);
  serviceRoutes(app, resources);
  notificationRoutes(app, resources);
  statusRoutes(app, resources, own.identity);
  configRoutes(app, resources);
  feedRoute(app, own.hub);
}

const CLOSING_MS = 1000;

/** Says goodbye to every client; one that does not answer within a second is cut off. */
function closeSockets(this: FastifyInstance, done: () => void): void {
  const server = this.websocketServer;
  for (const client of server.clients) {
    client.close(1001, 'the server stops');
    setTimeout(() => client.terminate(), CLOSING_MS).unref();
  }
  server.close(() => done());
}

function tickWhileOpen(
  app: FastifyInstance,
  { clock, operations }: HttpPorts,
  { fleet, hub }: { readonly fleet: FleetView; readonly hub: FeedHub },
): void {
  const tick = () => {
    fleet.pace.note(operations.stats().groups, clock.nowMs());
    hub.tick();
  };
  const ticking = clock.every(TICK_MS, tick);
  app.addHook('onClose', (_app, done) => {
    ticking[Symbol.dispose]();
    done();
  });
}
