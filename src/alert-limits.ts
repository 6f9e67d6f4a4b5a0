/** Every bound of alerting, named. */

/** Services that one page names. */
export const PAGE_SERVICES_MAX = 100;
/** Receivers, rotas, escalations, routes and handlers of the configuration, each. */
export const RECEIVERS_MAX = 1000;
export const ROUTES_MAX = 1000;
/** Labels that a route gathers by. */
export const GROUP_LABELS_MAX = 10;
/** Incidents that are open at a time; what comes beyond is told one by one. */
export const INCIDENTS_MAX = 20_000;
/** Downtimes and silences that are pending or active, and those that are over and remembered. */
export const QUIETS_MAX = 5000;
export const QUIETS_KEPT_MAX = 20_000;
/** Services that a preview or a bulk acknowledgement shows. */
export const COVERED_SHOWN_MAX = 100;
/** People of a rota, overrides of one, and shifts of one answer. */
export const ROTA_PEOPLE_MAX = 100;
export const ROTA_OVERRIDES_MAX = 1000;
export const SHIFTS_MAX = 1000;
/** Steps of an escalation. */
export const ESCALATION_STEPS_MAX = 20;
/** Bytes of an answer of a receiver that are read. */
export const RECEIVER_ANSWER_BYTES_MAX = 64 * 1024;
