import type { CheckSettings, Dependency, Semantics, Subject } from '../contract/checks.ts';
import type { BodyKey, BodyValue } from './check-templates.ts';

/** Keys of settings: what they are called inside, and which definitions they mean something to. */

/** How a setting is written, and its name in the contract. */
export const SETTING_NAMES = {
  warning: 'warning',
  critical: 'critical',
  max_check_attempts: 'maxCheckAttempts',
  retry_interval: 'retryIntervalMs',
  check_interval: 'checkIntervalMs',
  timeout: 'timeoutMs',
  check_period: 'checkPeriod',
  freshness_threshold: 'freshnessThresholdMs',
  freshness_state: 'freshnessState',
  is_volatile: 'isVolatile',
  flap_detection_enabled: 'flapDetectionEnabled',
  low_flap_threshold: 'lowFlapThreshold',
  high_flap_threshold: 'highFlapThreshold',
  flap_detection_options: 'flapDetectionOptions',
  depends_on: 'dependsOn',
  soft_state_dependencies: 'softStateDependencies',
  parents: 'parents',
  passive_host_checks_are_soft: 'passiveHostChecksAreSoft',
  notes: 'notes',
  runbook: 'runbook',
  tags: 'tags',
  notification_interval: 'notificationIntervalMs',
  notification_period: 'notificationPeriod',
  notification_options: 'notificationOptions',
  first_notification_delay: 'firstNotificationDelayMs',
  notifications_enabled: 'notificationsEnabled',
} as const satisfies Partial<Record<BodyKey, keyof CheckSettings>>;

export type SettingKey = keyof typeof SETTING_NAMES;
export const SETTING_KEYS = Object.keys(SETTING_NAMES) as readonly SettingKey[];

/** Where a setting's value comes from: a definition with its templates, or an entry of `defaults`. */
export interface Settings {
  get<K extends SettingKey>(key: K): BodyValue<K> | undefined;
}

/** The settings that say something, in the words of the contract. */
export function settingsOf(
  from: Settings,
  keys: readonly SettingKey[],
  semantics: Semantics,
): Partial<CheckSettings> {
  const settings: Record<string, unknown> = Object.create(null);
  for (const key of keys) {
    if (from.get(key) !== undefined) settings[SETTING_NAMES[key]] = valueOf(from, key, semantics);
  }
  // Each name was given what its own key's reader has read.
  return { ...settings };
}

function valueOf(from: Settings, key: SettingKey, semantics: Semantics): unknown {
  switch (key) {
    case 'parents':
    case 'tags':
    case 'notification_options':
    case 'flap_detection_options':
      return from.get(key)?.items.map(({ value }) => value);
    case 'depends_on':
      return from.get(key)?.items.map(({ value }) => dependencyOf(value, semantics));
    case 'warning':
    case 'critical':
    case 'max_check_attempts':
    case 'retry_interval':
    case 'check_interval':
    case 'timeout':
    case 'check_period':
    case 'freshness_threshold':
    case 'freshness_state':
    case 'is_volatile':
    case 'flap_detection_enabled':
    case 'low_flap_threshold':
    case 'high_flap_threshold':
    case 'soft_state_dependencies':
    case 'passive_host_checks_are_soft':
    case 'notes':
    case 'runbook':
    case 'notification_interval':
    case 'notification_period':
    case 'first_notification_delay':
    case 'notifications_enabled':
      return from.get(key);
  }
}

type WrittenDependency = BodyValue<'depends_on'>['items'][number]['value'];

/** Nagios holds nothing back that is not said; here what is wrong with the other service holds pages back. */
function dependencyOf({ values }: WrittenDependency, semantics: Semantics): Dependency {
  const { host, service = '', inherits_parent: inheritsParent } = values;
  const written = (list: WrittenDependency['values']['notification_failure_criteria']) =>
    list?.items.map(({ value }) => value);
  const usual = service === 'host' ? ['d', 'u'] : ['c', 'u'];
  return {
    host,
    service,
    notificationFailureCriteria:
      written(values.notification_failure_criteria) ?? (semantics === 'muster' ? usual : []),
    executionFailureCriteria: written(values.execution_failure_criteria) ?? [],
    inheritsParent,
  };
}

type Kind = Subject['kind'];
const LIVE: readonly Kind[] = ['metric', 'combined', 'aggregate'];

/** Keys that say nothing to every kind of definition. */
const GOES_WITH: Partial<Record<BodyKey, { readonly kinds: readonly Kind[]; readonly cure: string }>> = {
  warning: { kinds: LIVE, cure: 'ranges of a plugin are its own arguments, such as -w 5 -c 10' },
  critical: { kinds: LIVE, cure: 'ranges of a plugin are its own arguments, such as -w 5 -c 10' },
  check_interval: { kinds: ['command'], cure: 'command: what is to be run so often' },
  timeout: { kinds: ['command', 'passive'], cure: 'command: what may run so long' },
  freshness_threshold: {
    kinds: [...LIVE, 'command', 'passive'],
    cure: 'host_tmax of the group in muster.yaml',
  },
  freshness_state: { kinds: [...LIVE, 'command', 'passive'], cure: 'no key: a silent host is DOWN' },
  rate_of_change: { kinds: ['metric'], cure: 'metric: whose values are looked at' },
  missing: { kinds: ['metric'], cure: 'metric: whose values are looked at' },
  forecast: { kinds: ['metric'], cure: 'metric: whose values are looked at' },
  compare: { kinds: ['metric'], cure: 'metric: whose values are looked at' },
  service: { kinds: ['passive'], cure: 'passive: true beside it' },
};
const ONLY_OF_HOST: readonly BodyKey[] = ['parents', 'passive_host_checks_are_soft'];
/** And what says the same of Muster's own. */
const ONLY_OF_NAGIOS: Partial<Record<BodyKey, string>> = {
  notification_interval: 'repeat_every of a route',
  notification_period: 'period of a route',
  notification_options: 'severity in the match of a route',
  first_notification_delay: 'first_notification_delay of a route',
  notifications_enabled: 'a route without it',
};

/** Whether a key says something in Nagios' semantics only. */
export function isOfNagios(key: BodyKey): boolean {
  return ONLY_OF_NAGIOS[key] !== undefined;
}

/** What a definition is, for what its keys mean. */
export interface KeyOwner {
  readonly subject: Subject;
  readonly isHost: boolean;
  readonly semantics: Semantics;
}

/** Why a key says nothing to a definition: what would have to stand there; undefined: it does. */
export function strayCure(key: BodyKey, { subject, isHost, semantics }: KeyOwner): string | undefined {
  const ownWay = ONLY_OF_NAGIOS[key];
  if (ownWay !== undefined) {
    return semantics === 'nagios' ? undefined : `semantics: nagios beside it, or ${ownWay} in muster.yaml`;
  }
  if (ONLY_OF_HOST.includes(key)) return isHost ? undefined : 'the service named host for it';
  const goes = GOES_WITH[key];
  if (goes === undefined) return undefined;
  const runs = key !== 'timeout' || subject.kind !== 'passive' || subject.command !== null;
  return goes.kinds.includes(subject.kind) && runs ? undefined : goes.cure;
}
