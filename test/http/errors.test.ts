import { expect, test } from 'vitest';
import { HTTP_ERRORS, HttpError } from '../../src/http/errors.ts';

test('the codes and their statuses are a contract with users: none changes or goes', () => {
  expect(Object.entries(HTTP_ERRORS).map(([code, { status }]) => `${status} ${code}`)).toEqual([
    '400 bad_request',
    '400 bad_query',
    '400 bad_pattern',
    '400 selector_too_slow',
    '400 query_too_large',
    '400 bad_time',
    '400 bad_range',
    '400 bad_lines',
    '400 bad_host_name',
    '400 bad_instance_id',
    '400 bad_tags',
    '400 bad_body',
    '401 sign_in_needed',
    '401 sign_in_refused',
    '401 credentials_refused',
    '401 credentials_expired',
    '403 role_too_weak',
    '403 group_refused',
    '403 address_refused',
    '403 origin_refused',
    '404 not_found',
    '404 cluster_unknown',
    '404 host_unknown',
    '404 service_unknown',
    '404 instance_unknown',
    '404 reconciler_unknown',
    '404 event_unknown',
    '404 dashboard_unknown',
    '405 method_not_allowed',
    '409 no_public_url',
    '409 not_passive',
    '409 old_result',
    '409 nothing_held',
    '409 list_changed',
    '409 instance_in_use',
    '409 agent_not_taken',
    '409 nothing_to_run',
    '413 too_large',
    '414 name_too_long',
    '415 json_needed',
    '415 form_needed',
    '421 host_refused',
    '422 reload_refused',
    '429 too_many_attempts',
    '429 too_many_writes',
    '429 too_many_events',
    '500 internal',
    '503 not_ready',
    '503 busy',
    '503 history_failed',
    '503 events_failed',
    '504 history_timeout',
    '503 judge_silent',
    '503 services_full',
    '503 too_many_instances',
    '503 instances_failed',
    '503 feed_full',
    '400 feed_bad_frame',
    '400 feed_too_many_subscriptions',
    '400 feed_too_many_series',
  ]);
});

test('every code has a cure', () => {
  for (const { cure } of Object.values(HTTP_ERRORS)) expect(cure.length).toBeGreaterThan(10);
});

test('an error is its body', () => {
  const error = new HttpError('busy', 'too much');
  expect(error.status).toBe(503);
  expect(error.body).toEqual({ code: 'busy', message: 'too much', cure: HTTP_ERRORS.busy.cure });
});
