/** Every bound of alerting, named. */

/** Services that one page names. */
export const PAGE_SERVICES_MAX = 100;
/** Receivers, rotas, escalations, routes and handlers of the configuration, each. */
export const RECEIVERS_MAX = 1000;
export const ROUTES_MAX = 1000;
/** Labels that a route gathers by. */
export const GROUP_LABELS_MAX = 10;
/** Incidents that are open at a time; what comes beyond is one incident a route. */
export const INCIDENTS_MAX = 20_000;
/** Incidents of one answer, and services that each of them names. */
export const INCIDENTS_SHOWN_MAX = 1000;
export const INCIDENT_SERVICES_SHOWN_MAX = 50;
/** Services of all incidents in one answer: some 6 MB. */
export const INCIDENT_SERVICES_PER_ANSWER_MAX = 10_000;
/** Downtimes and silences that are pending or active, and those that are over and remembered. */
export const QUIETS_MAX = 5000;
export const QUIETS_KEPT_MAX = 20_000;
/** Of the first those that name no host or cluster, nor what it begins with: each is tried on every host. */
export const BROAD_QUIETS_MAX = 500;
/** Services that a preview or a bulk acknowledgement shows. */
export const COVERED_SHOWN_MAX = 100;
/** People of a rota, overrides of one, and shifts of one answer. */
export const ROTA_PEOPLE_MAX = 100;
export const ROTA_OVERRIDES_MAX = 1000;
export const SHIFTS_MAX = 1000;
/** Shifts of all rotas in one answer. */
export const SHIFTS_PER_ANSWER_MAX = 20_000;
/** Addresses that one mail goes to. */
export const MAIL_RECIPIENTS_MAX = 100;
/** Steps of an escalation. */
export const ESCALATION_STEPS_MAX = 20;
/** Bytes of an answer of a receiver that are read. */
export const RECEIVER_ANSWER_BYTES_MAX = 64 * 1024;
/** Event handlers that wait to be taken by whoever runs them, and that run at a time. */
export const HANDLERS_WAITING_MAX = 1000;
export const HANDLERS_AT_ONCE = 8;
/** Characters of what a handler said that its event keeps. */
export const HANDLER_WORDS_MAX = 300;
/** Notices about the server itself that its watcher is sent within an hour. */
export const NOTICES_PER_HOUR_MAX = 20;
/** Tests of receivers that are under way, and how long one waits for its receiver. */
export const RECEIVER_TESTS_MAX = 20;
export const RECEIVER_TEST_WITHIN_MS = 15_000;
/** Numbers of the stored past that a replay reads at once, and those it keeps to judge by: 8 bytes each. */
export const REPLAY_NUMBERS_AT_ONCE = 4_000_000;
export const REPLAY_NUMBERS_MAX = 60_000_000;
/** The longest time that is replayed. */
export const REPLAY_DAYS_MAX = 400;
/** Graphs for mails that are drawn at a time, that wait, and how long a mail waits for its own. */
export const GRAPHS_AT_ONCE = 2;
export const GRAPHS_WAITING_MAX = 50;
export const GRAPH_WITHIN_MS = 3000;
/** Programs of receivers that run at a time; the others' pages are tried again. */
export const PROGRAMS_AT_ONCE_MAX = 32;
