import { fastify } from 'fastify';
import websocket from '@fastify/websocket';
import {
  FEED_FRAME_BYTES_MAX,
  HTTP_BODY_BYTES_MAX,
  HTTP_CONNECTIONS_MAX,
  HTTP_PARAM_CHARS_MAX,
  REQUEST_TIMEOUT_MS,
} from '../limits.ts';
import { acknowledgeRoutes } from './acknowledge.ts';
import { ackLinkRoutes } from './ack-link.ts';
import { auditRoutes } from './audit-log.ts';
import { authorizeRequests } from './authority.ts';
import { bootRoutes } from './boot.ts';
import { checkRoutes } from './checks.ts';
import { clusterRoutes } from './clusters.ts';
import { commandRoutes } from './commands.ts';
import { configRoutes } from './config.ts';
import { SessionCookie } from './cookie.ts';
import { dashboardRoutes } from './dashboards.ts';
import { answerFaults, asHttpError, endUnreadable, sendError } from './faults.ts';
import { eventRoutes } from './events.ts';
import { lossRoutes } from './losses.ts';
import { feedRoute } from './feed.ts';
import { FeedHub } from './feed-hub.ts';
import { FleetView } from './fleet-view.ts';
import { flushRoute } from './flush.ts';
import { demandJson, guardRequests } from './guard.ts';
import { healthRoutes } from './health.ts';
import { hostRoutes } from './hosts.ts';
import { explainRoutes } from './explain.ts';
import { incidentRoutes } from './incidents.ts';
import { metricsRoutes } from './metrics.ts';
import { notificationRoutes } from './notifications.ts';
import { onCallRoutes } from './on-call.ts';
import { nrdpRoutes } from './nrdp.ts';
import { openApiRoute } from './openapi.ts';
import { pageRoutes } from './page.ts';
import { quietRoutes } from './quiets.ts';
import { receiverRoutes } from './receivers.ts';
import { reconcilerRoutes } from './reconcilers.ts';
import { registerRoutes } from './register.ts';
import { demandRoles } from './roles.ts';
import { securityHeaders } from './security-headers.ts';
import { searchRoutes } from './search.ts';
import { resultRoutes } from './results.ts';
import { seriesRoutes } from './series.ts';
import { serviceRoutes } from './services.ts';
import { sessionRoutes } from './session.ts';
import { diagnosisRoutes } from './diagnosis.ts';
import { sourceRoutes } from './sources.ts';
import { statusRoutes } from './status.ts';
import { tlsOptions } from './tls.ts';
import { TokenRefusals } from './token-refusals.ts';
import { TokenThrottle } from '../access/token-throttle.ts';
import { writeRoutes } from './write.ts';
import type { FastifyInstance } from 'fastify';
import type { Authority } from './authority.ts';
import type { ServerIdentity } from './fleet-view.ts';
import type { GuardOptions } from './guard.ts';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';
import type { TlsPair } from './tls.ts';

export interface HttpOptions extends HttpPorts, GuardOptions {
  readonly identity: ServerIdentity;
  /** Where the built page is (web/dist); it may be missing. */
  readonly pageDirectory: string;
  /** Undefined: plain http. */
  readonly tls?: TlsPair | undefined;
  /** Whose `X-Forwarded-For` tells where a request comes from. */
  readonly trustedProxies?: readonly string[];
}

const TICK_MS = 1000;
const TURN_LATE_MS = 1500;

/**
 * The page, the API and the live feed, not yet listening. Closing it ends every connection and the feed's
 * clock.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    ...(options.tls === undefined ? {} : { https: tlsOptions(options.tls) }),
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    bodyLimit: HTTP_BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: HTTP_PARAM_CHARS_MAX },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true } },
    clientErrorHandler: endUnreadable,
    frameworkErrors: (error, request, reply) => {
      // Such a request met no hook: it gets the headers here.
      void reply.headers(securityHeaders(options));
      sendError(reply, asHttpError(error, request, options.log));
    },
  });
  app.server.maxConnections = HTTP_CONNECTIONS_MAX;
  // The views are our own types, checked when compiled: nothing is coerced on the way out, and NaN becomes
  // null.
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser('text/plain');
  answerFaults(app, options.log);
  demandRoles(app);
  const authority = authorityOf(options);
  void app.register(websocket, {
    options: { maxPayload: FEED_FRAME_BYTES_MAX },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: closeSockets,
  });
  // After the plugin's own hook, which notes that a request upgrades and ends the connection of a refused
  // one.
  void app.after(() => {
    guardRequests(app, options);
    authorizeRequests(app, authority);
    demandJson(app);
  });
  const fleet = new FleetView(options);
  const hub = new FeedHub({ ...options, fleet });
  pageRoutes(app, options.pageDirectory);
  // Its own context, so that its routes are added once the websocket plugin is there to see them.
  void app.register((api, _options, done) => {
    openApiRoute(api, options.identity.version);
    apiRoutes(api, { ports: options, fleet }, { ...options, hub, authority });
    done();
  });
  tickWhileOpen(app, options, { fleet, hub });
  return app;
}

function apiRoutes(
  app: FastifyInstance,
  resources: Resources,
  own: Pick<HttpOptions, 'identity' | 'publicUrl'> & {
    readonly hub: FeedHub;
    readonly authority: Authority;
  },
): void {
  healthRoutes(app, resources);
  metricsRoutes(app, resources, () => own.hub.clients);
  clusterRoutes(app, resources);
  hostRoutes(app, resources);
  seriesRoutes(app, resources);
  serviceRoutes(app, resources);
  resultRoutes(app, resources);
  acknowledgeRoutes(app, resources);
  quietRoutes(app, resources);
  ackLinkRoutes(app, resources);
  checkRoutes(app, resources);
  sourceRoutes(app, resources);
  diagnosisRoutes(app, resources);
  reconcilerRoutes(app, resources);
  searchRoutes(app, resources);
  incidentRoutes(app, resources);
  explainRoutes(app, resources);
  notificationRoutes(app, resources);
  receiverRoutes(app, resources);
  eventRoutes(app, resources);
  lossRoutes(app, resources);
  onCallRoutes(app, resources);
  dashboardRoutes(app, resources);
  statusRoutes(app, resources, own.identity);
  configRoutes(app, resources);
  flushRoute(app, resources);
  writeRoutes(app, resources);
  registerRoutes(app, resources, own.authority.refusals);
  bootRoutes(app, resources, own);
  nrdpRoutes(app, resources, own.authority.refusals);
  commandRoutes(app, resources);
  sessionRoutes(app, own.authority);
  auditRoutes(app, resources);
  feedRoute(app, own.hub, own.authority);
}

/** The page is opened by https when the server speaks it, or a proxy does before it. */
function authorityOf({ access, publicUrl, tls, clock }: HttpOptions): Authority {
  const secure = tls !== undefined || publicUrl.toLowerCase().startsWith('https:');
  const refusals = new TokenRefusals(new TokenThrottle(), clock);
  return { access, cookie: new SessionCookie({ secure }), refusals };
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

/**
 * Ticks right after the judge's turns, so that what they found is sent at once instead of up to a second
 * later; by the clock where they are late.
 */
function tickWhileOpen(
  app: FastifyInstance,
  { clock, judged, operations }: HttpPorts,
  { fleet, hub }: { readonly fleet: FleetView; readonly hub: FeedHub },
): void {
  const tick = () => {
    fleet.pace.note(operations.stats().groups, clock.nowMs());
    hub.tick();
  };
  let turnMs = Number.NEGATIVE_INFINITY;
  const ticking = new DisposableStack();
  ticking.use(
    judged.onTurn(() => {
      turnMs = clock.nowMs();
      tick();
    }),
  );
  ticking.use(clock.every(TICK_MS, () => Math.abs(clock.nowMs() - turnMs) < TURN_LATE_MS || tick()));
  app.addHook('onClose', (_app, done) => {
    ticking.dispose();
    done();
  });
}
