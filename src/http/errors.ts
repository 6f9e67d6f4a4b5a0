import type { ErrorBody } from '../contract/api.ts';

interface ErrorKind {
  readonly status: number;
  /** What to do where the place of the error knows nothing better. */
  readonly cure: string;
}

/**
 * Every code an answer or a websocket frame may carry. Users' scripts match on them: none is ever renamed.
 */
export const HTTP_ERRORS = {
  bad_request: { status: 400, cure: 'send a request as /api/openapi.json describes it' },
  bad_query: { status: 400, cure: 'see /api/openapi.json for the keys of this call' },
  bad_pattern: {
    status: 400,
    cure: 'write a regular expression that matches the whole name, such as web-.*',
  },
  selector_too_slow: {
    status: 400,
    cure: 'write a simpler regular expression, with fewer repeats inside one another',
  },
  query_too_large: { status: 400, cure: 'narrow cluster, host or metric, or ask for fewer points' },
  bad_time: {
    status: 400,
    cure: 'write epoch seconds, now, or a time back from now such as -1h (ms s m h d w)',
  },
  bad_range: { status: 400, cure: 'give a from that is before to' },
  bad_lines: {
    status: 400,
    cure: 'correct these lines at their sender: docs/PROTOCOLS.md explains the reasons; the others were taken',
  },
  bad_host_name: { status: 400, cure: 'call the instance by its short name, or its fully qualified one' },
  bad_instance_id: { status: 400, cure: "send the cloud's own id of the instance, or none" },
  bad_tags: { status: 400, cure: 'send fewer or shorter tags: clouds take no more either' },
  bad_covers: {
    status: 400,
    cure: 'name a cluster, host, service, facts or services; all there is is written { "host": ".*" }',
  },
  bad_quiet: { status: 400, cure: 'docs/ALERTS.md, "Quiet on purpose", has examples of every kind' },
  bad_body: { status: 400, cure: 'send one JSON object, {} where there is nothing to say' },
  sign_in_needed: { status: 401, cure: 'sign in, or send a token: authorization: Bearer muster_…' },
  sign_in_refused: {
    status: 401,
    cure: 'type both again; an admin gives a new password with script/muster user passwd NAME',
  },
  credentials_refused: { status: 401, cure: 'ask an admin for a token: script/muster token create' },
  credentials_expired: { status: 401, cure: 'sign in again, or ask an admin for a new token' },
  role_too_weak: { status: 403, cure: 'ask an admin for a stronger role' },
  group_refused: { status: 403, cure: 'name the group of the token, or use a token of that group' },
  address_refused: { status: 403, cure: 'add the address to the allow of the group' },
  origin_refused: {
    status: 403,
    cure: 'open the page by its own address, or set http.public_url to the address it is opened by',
  },
  not_found: { status: 404, cure: 'GET /api/openapi.json lists every call' },
  cluster_unknown: { status: 404, cure: 'GET /api/v1/clusters lists the clusters' },
  host_unknown: { status: 404, cure: 'GET /api/v1/hosts lists the hosts' },
  service_unknown: { status: 404, cure: 'GET /api/v1/services lists the services' },
  instance_unknown: {
    status: 404,
    cure: 'name the instance_id, or the host, that it registered with; GET /api/v1/hosts shows both',
  },
  reconciler_unknown: { status: 404, cure: 'GET /api/v1/reconcilers lists the reconcilers' },
  receiver_unknown: { status: 404, cure: 'GET /api/v1/receivers lists the receivers' },
  event_unknown: { status: 404, cure: 'GET /api/v1/events lists the events' },
  quiet_unknown: { status: 404, cure: 'GET /api/v1/downtimes and /api/v1/silences list them' },
  not_acknowledged: { status: 404, cure: 'GET /api/v1/services shows what is acknowledged' },
  rota_unknown: { status: 404, cure: 'GET /api/v1/oncall lists the rotas' },
  override_unknown: {
    status: 404,
    cure: 'GET /api/v1/oncall shows the overrides made here; those of muster.yaml are changed there',
  },
  dashboard_unknown: { status: 404, cure: 'GET /api/v1/dashboards lists the dashboards' },
  method_not_allowed: { status: 405, cure: 'GET /api/openapi.json lists the methods of every call' },
  no_public_url: {
    status: 409,
    cure: 'set http.public_url to an address by which instances reach the server, or boot.servers to its names',
  },
  not_passive: { status: 409, cure: 'give its definition passive: true, or report under another name' },
  old_result: {
    status: 409,
    cure: "send results in their order, and set the sender's clock; semantics: nagios takes any order",
  },
  nothing_held: { status: 409, cure: 'GET /api/v1/reconcilers shows what is held; there is nothing to do' },
  list_changed: {
    status: 409,
    cure: 'look at GET /api/v1/reconcilers once more, and confirm the digest it shows now',
  },
  instance_in_use: {
    status: 409,
    cure:
      'register again in a minute; if another machine has its id or its disk, give each an instance_id of its own; ' +
      'if it has only moved, deregister it first',
  },
  agent_not_taken: {
    status: 409,
    cure: "ask for the other agent, or add its protocol to the group's accept",
  },
  nobody_on_call: {
    status: 409,
    cure: 'GET /api/v1/oncall shows who is on when; test a receiver by its own name',
  },
  test_under_way: { status: 409, cure: 'wait 15 s for its answer, then test again' },
  nothing_to_run: {
    status: 409,
    cure: 'wait for its next sample or result: a service with a command alone can be run',
  },
  not_a_problem: {
    status: 409,
    cure: 'only what has a problem can be acknowledged; a downtime or a silence covers what is well, too',
  },
  quiets_full: { status: 409, cure: 'end some that are not needed, or let one cover more' },
  override_refused: {
    status: 409,
    cure: 'GET /api/v1/oncall shows who has which shift: choose another time or receiver',
  },
  overrides_full: { status: 409, cure: 'take back overrides that are not needed, or change the rota itself' },
  too_large: { status: 413, cure: 'send a smaller body' },
  name_too_long: { status: 414, cure: 'names have 1000 characters at most' },
  json_needed: { status: 415, cure: 'send a JSON body with content-type: application/json' },
  form_needed: { status: 415, cure: 'send a form: content-type: application/x-www-form-urlencoded' },
  host_refused: { status: 421, cure: 'set http.public_url to the address the server is reached by' },
  reload_refused: { status: 422, cure: 'correct the files and reload again; the server runs on as it was' },
  too_many_attempts: { status: 429, cure: 'wait as long as retry-after says, then try again' },
  too_many_writes: {
    status: 429,
    cure: 'send larger batches, or raise max_packets_per_second_per_source of the group',
  },
  too_many_events: { status: 429, cure: 'post one event for many changes, or wait a minute' },
  internal: { status: 500, cure: 'look into the log of the server at this time' },
  not_ready: { status: 503, cure: 'wait; if it stays so, look into the log of the server' },
  busy: { status: 503, cure: 'ask again in a few seconds, for fewer series or a shorter time' },
  history_failed: { status: 503, cure: 'look into the log of the server; the live values are not affected' },
  events_failed: { status: 503, cure: 'look into the log of the server; free its disk if it is full' },
  history_timeout: { status: 504, cure: 'ask for fewer series or a shorter time' },
  judge_silent: {
    status: 503,
    cure: 'ask again in a few seconds; if it stays so, look at muster_check_turn_seconds and the log',
  },
  services_full: { status: 503, cure: 'find what invents names of services, and narrow its definition' },
  too_many_instances: {
    status: 503,
    cure: 'deregister instances that are gone, or give the server a reconciler that tells it',
  },
  instances_failed: {
    status: 503,
    cure: 'register again in a few seconds; look into the log of the server, and free its disk if it is full',
  },
  feed_full: { status: 503, cure: 'close pages that nobody looks at, or try again later' },
  feed_bad_frame: { status: 400, cure: 'send {"subscribe":{"id":…}} or {"unsubscribe":"…"}' },
  feed_too_many_subscriptions: { status: 400, cure: 'unsubscribe from what is not looked at' },
  feed_too_many_series: { status: 400, cure: 'narrow the selector' },
} as const satisfies Record<string, ErrorKind>;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** Thrown by handlers and hooks; becomes `{ code, message, cure }` with the code's status. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly cure: string;

  constructor(code: HttpErrorCode, message: string, cure: string = HTTP_ERRORS[code].cure) {
    super(message);
    this.code = code;
    this.cure = cure;
  }

  get status(): number {
    return HTTP_ERRORS[this.code].status;
  }

  get body(): ErrorBody {
    return { code: this.code, message: this.message, cure: this.cure };
  }
}
