import { expect, test } from 'vitest';
import { CHECK_DEFAULTS } from '../../src/contract/checks.ts';
import { explainNagios } from '../../src/judge/nagios-explain.ts';
import { NOTHING_TOLD } from '../../src/alert/nagios/notifying.ts';
import { NO_QUIET } from '../../src/judge/quiet/quieting.ts';
import type { CheckSettings } from '../../src/contract/checks.ts';
import type { Explanation } from '../../src/contract/alert-views.ts';
import type { Notifying } from '../../src/alert/nagios/notifying.ts';
import type { ServiceWatch } from '../../src/judge/watch.ts';
import type { Status } from '../../src/model/service-state.ts';
import type { Turn } from '../../src/judge/turn.ts';

const HARD: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 1, sinceMs: 0 };
const SOFT: Status = { ...HARD, kind: 'soft', triedMs: 0, evidenceMs: 0 };
const NEVER = { includes: () => false, nextValid: () => null };

interface Case {
  readonly name: string;
  readonly reason: Explanation;
  readonly status?: Status;
  readonly state?: Partial<Notifying>;
  readonly settings?: Partial<CheckSettings>;
  readonly mayPage?: boolean;
  readonly hostState?: 'UP' | 'DOWN';
  readonly targets?: readonly string[];
}

test.for<Case>([
  { name: 'it is well', status: { kind: 'ok', sinceMs: 0 }, reason: 'well' },
  {
    name: 'its end is owed',
    status: { kind: 'ok', sinceMs: 0 },
    state: { notifiedOn: ['c'] },
    reason: 'sending',
  },
  { name: 'a soft problem', status: SOFT, reason: 'soft' },
  { name: 'about to be told', reason: 'sending' },
  { name: 'told', state: { number: 1, lastMs: 1000, nextMs: 9000 }, reason: 'told' },
  { name: 'another server has the lease', mayPage: false, reason: 'not_ours' },
  { name: 'its host is down', hostState: 'DOWN', reason: 'host_down' },
  { name: 'switched off', settings: { notificationsEnabled: false }, reason: 'silenced' },
  { name: 'no option', settings: { notificationOptions: ['w'] }, reason: 'silenced' },
  { name: 'outside its period', settings: { notificationPeriod: 'never' }, reason: 'outside_period' },
  { name: 'no route', targets: [], reason: 'no_route' },
])('$name: $reason', ({ reason, ...of }) => {
  expect(explainNagios(watchOf(of), turnOf(of)).reason).toBe(reason);
});

/** As far as it is looked at. */
function watchOf({ status = HARD, state, settings, hostState = 'UP' }: Partial<Case>): ServiceWatch {
  const definition = { ...CHECK_DEFAULTS, semantics: 'nagios', ...settings };
  const on = {
    entry: { facts: new Map() },
    state: hostState,
    reported: null,
    isInDoubt: false,
    services: new Map(),
  };
  return {
    cluster: 'web',
    host: 'w1',
    service: 'backup',
    kind: 'passive',
    isHost: false,
    on,
    told: [],
    flaps: null,
    status,
    compiled: { definition },
    notifying: { state: { ...NOTHING_TOLD, ...state }, isPutOff: false },
  } as unknown as ServiceWatch;
}

function turnOf({ mayPage = true, targets = ['ops'] }: Partial<Case>): Turn {
  const route = { wishes: [], receiver: 'ops', continue: false, period: null };
  const destinations = { stepsOf: () => null, reach: () => ({ targets, untilMs: null }) };
  return {
    nowMs: 5000,
    mayPage,
    pagesBegun: 0,
    pagesMax: 10,
    quiet: NO_QUIET,
    table: { service: () => undefined },
    traits: () => ({ facts: new Map(), tags: [] }),
    alerts: { routes: [route], destinations, targets: new Set(targets), periods: NEVER },
  } as unknown as Turn;
}
