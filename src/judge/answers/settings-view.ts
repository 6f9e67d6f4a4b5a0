import { spanWords } from '../../model/duration.ts';
import type { CheckSettings, Dependency } from '../../contract/checks.ts';

interface Holds {
  readonly isHost: boolean;
  /** It has a command to run. */
  readonly runs: boolean;
}

/** The settings that hold, in the words of checks/*.yaml, to be read; what is empty is left out. */
export function settingsView(settings: CheckSettings, { isHost, runs }: Holds): Record<string, string> {
  const { freshnessThresholdMs: threshold, flapDetectionOptions: options } = settings;
  const written: Record<string, string> = {
    warning: settings.warning,
    critical: settings.critical,
    max_check_attempts: String(settings.maxCheckAttempts),
    retry_interval: spanWords(settings.retryIntervalMs),
    check_interval: runs ? spanWords(settings.checkIntervalMs) : '',
    timeout: runs ? spanWords(settings.timeoutMs) : '',
    check_period: settings.checkPeriod ?? '',
    freshness_threshold: threshold === null ? '' : spanWords(threshold),
    freshness_state: settings.freshnessState,
    is_volatile: settings.isVolatile ? 'true' : '',
    flap_detection_enabled: String(settings.flapDetectionEnabled),
    low_flap_threshold: String(settings.lowFlapThreshold),
    high_flap_threshold: String(settings.highFlapThreshold),
    flap_detection_options: options.join(','),
    depends_on: settings.dependsOn.map(dependencyWords).join('; '),
    soft_state_dependencies: settings.softStateDependencies ? 'true' : '',
    parents: settings.parents.join(', '),
    passive_host_checks_are_soft: isHost ? String(settings.passiveHostChecksAreSoft) : '',
    tags: settings.tags.join(', '),
    ...(settings.semantics === 'nagios' ? notificationWords(settings) : {}),
  };
  return Object.fromEntries(Object.entries(written).filter(([, text]) => text !== ''));
}

function notificationWords(settings: CheckSettings): Record<string, string> {
  return {
    notification_interval: spanWords(settings.notificationIntervalMs),
    notification_period: settings.notificationPeriod ?? '',
    notification_options: settings.notificationOptions?.join(',') ?? '',
    first_notification_delay:
      settings.firstNotificationDelayMs === 0 ? '' : spanWords(settings.firstNotificationDelayMs),
    notifications_enabled: settings.notificationsEnabled ? '' : 'false',
  };
}

function dependencyWords({ host, service, notificationFailureCriteria: criteria }: Dependency): string {
  const on = host === '' ? service : `${host}/${service}`;
  return criteria.length === 0 ? on : `${on} (${criteria.join(',')})`;
}
