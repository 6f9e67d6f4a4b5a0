import { CHECK_DEFAULTS } from '../contract/checks.ts';
import { reportPlaceholders } from './check-placeholders.ts';
import { reportRanges } from './check-ranges.ts';
import { isOfNagios, settingsOf, SETTING_KEYS, strayCure } from './check-settings.ts';
import { HOST_SERVICE, subjectOf } from './check-subject.ts';
import { CANCELLED } from './additive.ts';
import type {
  CheckSettings,
  ClusterSettings,
  Exclusion,
  Semantics,
  ServiceDefinition,
  Subject,
} from '../contract/checks.ts';
import type { DefaultsSection } from './check-keys.ts';
import type { KeyOwner, Settings, SettingKey } from './check-settings.ts';
import type { Body } from './check-templates.ts';
import type { Reading } from './reading.ts';

/** An entry of `defaults`, of whatever file. */
export interface Defaults {
  readonly cluster: string;
  readonly section: DefaultsSection;
  readonly reading: Reading;
}

/** In the place of what could not be read: any value may come of it. */
const UNREAD: Subject = { kind: 'passive', service: null, command: null };

/** The definition that a service comes to with templates and defaults; undefined where it has none. */
export function definitionOf(
  body: Body,
  { semantics: usual, defaults }: { semantics: Semantics; defaults: readonly Defaults[] },
): ServiceDefinition | undefined {
  const subject = subjectOf(body);
  const { name } = body.entry;
  const isHost = name === HOST_SERVICE;
  // What is wrong with them does not depend on what else is.
  reportRanges(body, subject ?? UNREAD);
  reportFlapping(body, isHost);
  if (subject === undefined) return undefined;
  const semantics = body.get('semantics') ?? usual;
  const owner = { subject, isHost, semantics };
  const fitting = SETTING_KEYS.filter((key) => strayCure(key, owner) === undefined);
  reportStray(body, owner);
  reportOptions(body, isHost);
  const definition = {
    ...CHECK_DEFAULTS,
    name,
    where: body.where(),
    cluster: body.get('cluster') ?? '.*',
    host: body.get('host') ?? '.*',
    facts: body.get('facts') ?? [],
    anchored: body.get('anchored') ?? semantics === 'muster',
    exclude: exclusionsOf(body),
    subject,
    ...usualOf(subject, semantics),
    ...settingsOf(body, fitting, semantics),
    semantics,
    perCluster: perCluster(body, defaults, { fitting, semantics }),
  };
  reportPlaceholders(body, definition);
  return definition;
}

/** Whoever reports a result has tried often enough already. */
function usualOf({ kind }: Subject, semantics: Semantics): Partial<CheckSettings> {
  return kind === 'passive' && semantics === 'muster' ? { maxCheckAttempts: 1 } : {};
}

function exclusionsOf(body: Body): Exclusion[] {
  const items = body.get('exclude')?.items ?? [];
  if (items.some(({ value: { offsets, allKnown } }) => offsets.size === 0 && allKnown)) {
    body.fault('exclude', 'an exclusion without any part leaves out everything', {
      expected: 'cluster, host, metric or facts in each',
    });
  }
  return items.map(({ value: { values } }) => ({ ...values }));
}

/** What the defaults say of the settings that the definition leaves open. */
function perCluster(
  body: Body,
  defaults: readonly Defaults[],
  { fitting, semantics }: { fitting: readonly SettingKey[]; semantics: Semantics },
): ClusterSettings[] {
  const open = fitting.filter((key) => body.isOpen(key));
  return defaults.flatMap(({ cluster, section }) => {
    const settings = settingsOf(settingsIn(section), open, semantics);
    return Object.keys(settings).length > 0 ? [{ cluster, settings }] : [];
  });
}

function settingsIn({ values }: DefaultsSection): Settings {
  return {
    get: (key) => {
      // Ranges are no keys of defaults; the others are read as those of services are.
      const value: unknown = key in values ? values[key as keyof typeof values] : undefined;
      return value === CANCELLED ? undefined : (value as ReturnType<Settings['get']>);
    },
  } as Settings;
}

/** Keys of the entry itself that say nothing to it; those of a template may be meant for others. */
function reportStray(body: Body, owner: KeyOwner): void {
  for (const key of body.held().keys()) {
    const cure = body.isOwn(key) ? strayCure(key, owner) : undefined;
    if (cure === undefined) continue;
    const isNoHostKey = owner.isHost && !isOfNagios(key);
    if (isNoHostKey) body.fault(key, `the service "host" is the host's own state and takes no "${key}"`);
    else body.fault(key, `"${key}" says nothing here`, { expected: cure });
  }
}

const TOLD_OF_HOST = 'durfs';
const TOLD_OF_SERVICE = 'wucrfs';

function reportOptions(body: Body, isHost: boolean): void {
  const known = isHost ? TOLD_OF_HOST : TOLD_OF_SERVICE;
  const stray = body.get('notification_options')?.items.find(({ value }) => !known.includes(value));
  if (!stray || !body.isOwn('notification_options')) return;
  body.fault('notification_options', `a ${isHost ? 'host' : 'service'} has no option "${stray.value}"`, {
    expected: isHost
      ? 'd, u, r, f, s (down, unreachable, recovery, flapping, scheduled downtime)'
      : 'w, u, c, r, f, s (warning, unknown, critical, recovery, flapping, scheduled downtime)',
  });
}

const OF_HOST = 'odu';
const OF_SERVICE = 'owuc';

function reportFlapping(body: Body, isHost: boolean): void {
  const low = body.get('low_flap_threshold') ?? CHECK_DEFAULTS.lowFlapThreshold;
  const high = body.get('high_flap_threshold') ?? CHECK_DEFAULTS.highFlapThreshold;
  if (low > high) {
    const key = body.isOpen('low_flap_threshold') ? 'high_flap_threshold' : 'low_flap_threshold';
    body.fault(key, `flapping would end at ${low} % and begin at ${high} %`, {
      expected: 'a low_flap_threshold of at most the high_flap_threshold',
    });
  }
  const known = isHost ? OF_HOST : OF_SERVICE;
  const stray = body.get('flap_detection_options')?.items.find(({ value }) => !known.includes(value));
  if (stray && body.isOwn('flap_detection_options')) {
    body.fault('flap_detection_options', `a ${isHost ? 'host' : 'service'} has no state "${stray.value}"`, {
      expected: isHost ? 'o, d, u (up, down, unreachable)' : 'o, w, u, c (ok, warning, unknown, critical)',
    });
  }
}
