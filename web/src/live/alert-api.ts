import { get, send } from './api.ts';
import type { ServiceNames } from '../fleet/link.ts';
import type {
  AcknowledgementsAnswer,
  AcknowledgementsBody,
  Coverage,
  DowntimeBody,
  ExplainView,
  IncidentView,
  NotificationView,
  OnCallView,
  OverrideBody,
  QuietAnswer,
  QuietView,
  ReceiverTestAnswer,
  ReceiverView,
  SilenceBody,
} from '../../../src/contract/alert-views.ts';

/** What the log of notifications is asked for; all parts that are given must match. */
export interface NotificationsRequest {
  readonly limit: number;
  /** Those before this one, older. */
  readonly before?: number;
  readonly receiver?: string;
  readonly outcome?: string;
  /** Names as they are. */
  readonly cluster?: string;
  readonly host?: string;
  readonly service?: string;
  readonly incident?: string;
}

export interface OnCallRequest {
  /** Epoch seconds. */
  readonly from: number;
  readonly to: number;
}

export type QuietSort = 'downtimes' | 'silences';

const part = encodeURIComponent;

/** Alerting: what is open and who was told, what is quiet, who is on call. */
export const alertApi = {
  incidents: (signal: AbortSignal) => get<IncidentView[]>('incidents', {}, signal),
  explain: ({ cluster, host, service }: ServiceNames, signal: AbortSignal) =>
    get<ExplainView>('explain', { cluster, host, service }, signal),
  notifications: (request: NotificationsRequest, signal: AbortSignal) =>
    get<NotificationView[]>('notifications', { ...request }, signal),
  receivers: (signal: AbortSignal) => get<ReceiverView[]>('receivers', {}, signal),
  testReceiver: (name: string) => send<ReceiverTestAnswer>('POST', `receivers/${part(name)}/test`, {}),
  onCall: (request: OnCallRequest, signal: AbortSignal) => get<OnCallView>('oncall', { ...request }, signal),
  override: (rota: string, body: OverrideBody) =>
    send<OnCallView>('POST', `rotas/${part(rota)}/overrides`, body),
  dropOverride: (rota: string, id: string) =>
    send<object>('DELETE', `rotas/${part(rota)}/overrides/${part(id)}`, {}),
  quiets: (sort: QuietSort, signal: AbortSignal) => get<QuietView[]>(sort, {}, signal),
  downtime: (body: DowntimeBody) => send<QuietAnswer>('POST', 'downtimes', body),
  silence: (body: SilenceBody) => send<QuietAnswer>('POST', 'silences', body),
  endQuiet: (sort: QuietSort, id: string) => send<object>('DELETE', `${sort}/${part(id)}`, {}),
  acknowledge: (body: AcknowledgementsBody) => send<AcknowledgementsAnswer>('POST', 'acknowledgements', body),
  unacknowledge: (covers: Coverage) => send<object>('DELETE', 'acknowledgements', { covers }),
};
