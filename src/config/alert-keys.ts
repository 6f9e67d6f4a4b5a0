import {
  calendarDay,
  clockTime,
  commandArgument,
  headerValue,
  mailAddress,
  moment,
  outgoingAddress,
  secretText,
  template,
  timeZone,
  turnDays,
} from './alert-readers.ts';
import {
  ESCALATION_STEPS_MAX,
  MAIL_RECIPIENTS_MAX,
  RECEIVERS_MAX,
  ROTA_OVERRIDES_MAX,
  ROTA_PEOPLE_MAX,
  ROUTES_MAX,
} from '../alert-limits.ts';
import { GIVE_UP_AFTER_MS, PAGERDUTY_URL, ROTA_DEFAULTS, WATCHER_DEFAULTS } from '../contract/alerts.ts';
import { list, mapping, oneOrList, optional, orOff, required, section } from './readers.ts';
import { matchKeys, routeReader } from './route.ts';
import { named } from './named.ts';
import { choice, duration, integer, path, safeName, serverName, text, truth } from './scalars.ts';
import type { Key, Reader, Section } from './readers.ts';

/** `alerts:` of muster.yaml as data: every key with its type and default. */

const TEXT_MAX = 65_536;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const command = oneOrList(commandArgument, { min: 1, max: 100 });
/** A receiver, rota or escalation, or the receiver of one. */
const someName = text(200);

const smtpKeys = {
  host: optional(serverName, '127.0.0.1'),
  /** Without it the usual one: 465 for `implicit`, 587 for `starttls`, else 25. */
  port: optional(integer({ min: 1, max: 65_535 }), null),
  tls: optional(choice(['off', 'opportunistic', 'starttls', 'implicit']), 'opportunistic'),
  user: optional(text(200), null),
  password_file: optional(path, null),
  from: optional(mailAddress, null),
};

const channelKeys = {
  webhook: optional(mapping({ url: required(outgoingAddress), secret_file: optional(path, null) }), null),
  email: optional(
    mapping({
      to: required(oneOrList(mailAddress, { min: 1, max: MAIL_RECIPIENTS_MAX })),
      from: optional(mailAddress, null),
      graph: optional(truth, true),
    }),
    null,
  ),
  slack: optional(mapping({ url: required(outgoingAddress), channel: optional(text(200), null) }), null),
  pagerduty: optional(
    mapping({
      routing_key: optional(secretText, null),
      routing_key_file: optional(path, null),
      url: optional(outgoingAddress, PAGERDUTY_URL),
    }),
    null,
  ),
  alertmanager: optional(
    mapping({ url: required(outgoingAddress), labels: optional(named('labels', text(1000)), new Map()) }),
    null,
  ),
  http: optional(
    mapping({
      url: required(outgoingAddress),
      method: optional(choice(['POST', 'PUT', 'GET']), 'POST'),
      headers: optional(named('headers', headerValue), new Map()),
      body: optional(template(TEXT_MAX, { secret: true }), ''),
      content_type: optional(text(200), 'application/json'),
    }),
    null,
  ),
  exec: optional(
    mapping({
      command: required(command),
      timeout: optional(duration({ min: '100ms', max: '10m' }), 30 * SECOND_MS),
    }),
    null,
  ),
};

const receiverKeys = {
  name: required(safeName('a name')),
  ...channelKeys,
  give_up_after: optional(duration({ min: '1m', max: '30d' }), GIVE_UP_AFTER_MS),
  storm: optional(
    orOff(
      mapping({
        pages: required(integer({ min: 1, max: 100_000 })),
        within: required(duration({ min: '1s', max: '1d' })),
      }),
    ),
    undefined,
  ),
};

const overrideKeys = { who: required(someName), from: required(moment), to: required(moment) };

const rotaKeys = {
  name: required(safeName('a name')),
  timezone: optional(timeZone, ''),
  start: required(calendarDay),
  handover: optional(clockTime, ROTA_DEFAULTS.handoverMinute),
  turn: optional(turnDays, ROTA_DEFAULTS.turnDays),
  people: required(oneOrList(someName, { min: 1, max: ROTA_PEOPLE_MAX })),
  overrides: optional(list(mapping(overrideKeys), { max: ROTA_OVERRIDES_MAX }), []),
};

const stepKeys = {
  after: optional(duration({ min: '0s', max: '30d' }), 0),
  notify: required(oneOrList(someName, { min: 1, max: ROTA_PEOPLE_MAX })),
};

const escalationKeys = {
  name: required(safeName('a name')),
  steps: required(list(mapping(stepKeys), { min: 1, max: ESCALATION_STEPS_MAX })),
  repeat_every: optional(orOff(duration({ min: '1m', max: '30d' })), null),
};

const handlerKeys = {
  name: required(safeName('a name')),
  match: section(matchKeys),
  on: optional(oneOrList(choice(['soft', 'hard', 'recovery']), { min: 1 }), null),
  command: optional(command, null),
  url: optional(outgoingAddress, null),
  timeout: optional(duration({ min: '100ms', max: '10m' }), 30 * SECOND_MS),
  limit: section({
    times: optional(integer({ min: 1, max: 100_000 }), 10),
    within: optional(duration({ min: '1s', max: '1d' }), 10 * MINUTE_MS),
  }),
};

const watcherKeys = {
  receiver: optional(someName, null),
  heartbeat: optional(
    orOff(
      mapping({
        url: required(outgoingAddress),
        interval: optional(duration({ min: '1s', max: '1d' }), MINUTE_MS),
      }),
    ),
    null,
  ),
  down_after: optional(duration({ min: '10s', max: '1d' }), WATCHER_DEFAULTS.downAfterMs),
};

function few<T>(item: Reader<T>): Key<readonly { readonly value: T; readonly offset: number }[]> {
  return optional(list(item, { max: RECEIVERS_MAX }), []);
}

export const alertKeys = {
  smtp: section(smtpKeys),
  receivers: few(mapping(receiverKeys)),
  rotas: few(mapping(rotaKeys)),
  escalations: few(mapping(escalationKeys)),
  routes: optional(list(routeReader, { max: ROUTES_MAX }), []),
  handlers: few(mapping(handlerKeys)),
  watcher: section(watcherKeys),
};

export type AlertsSection = Section<typeof alertKeys>;
export type SmtpSection = Section<typeof smtpKeys>;
export type ReceiverSection = Section<typeof receiverKeys>;
export type RotaSection = Section<typeof rotaKeys>;
export type OverrideSection = Section<typeof overrideKeys>;
export type EscalationSection = Section<typeof escalationKeys>;
export type HandlerSection = Section<typeof handlerKeys>;
export type WatcherSection = Section<typeof watcherKeys>;
