import { objectsOf } from './nagios-scenario.ts';
import type { Contact, Escalation, NotificationRules } from '../../src/alert/nagios/notifying.ts';
import type { Scenario, Words } from './nagios-scenario.ts';

/** What the objects of a scenario say of notifications. */

const EVERYTHING = 'w,u,c,d,r,f,s';
const SECOND_MS = 1000;

/** Of a service; of `host` the host itself, of `parent` its parent. */
export function rulesOf(scenario: Scenario, name: string): NotificationRules {
  const isService = Object.hasOwn(scenario.services, name);
  const words: Words = (isService ? scenario.services[name] : name === 'host' ? scenario.host : {}) ?? {};
  const usual = isService ? 'c1' : name === 'host' ? 'h1' : 'hp';
  const text = (key: string, without: string) => String(words[key] ?? without);
  const number = (key: string, without: number) => Number(words[key] ?? without);
  return {
    isEnabled: number('notifications_enabled', 1) === 1,
    isVolatile: number('is_volatile', 0) === 1,
    detectsFlapping: number('flap_detection_enabled', 0) === 1,
    intervalMs: number('notification_interval', 1000) * SECOND_MS,
    firstDelayMs: number('first_notification_delay', 0) * SECOND_MS,
    period: text('notification_period', '24x7'),
    options: text('notification_options', EVERYTHING).split(','),
    importance: number('importance', 0),
    contacts: contactsOf(scenario, text('contacts', usual), isService),
    escalations: objectsOf(isService ? 'serviceescalation' : 'hostescalation', scenario.extra_objects ?? '')
      .filter((one) => !isService || one.get('service_description') === name)
      .map((one) => escalationOf(scenario, one, isService)),
  };
}

function contactsOf(scenario: Scenario, names: string, ofServices: boolean): Contact[] {
  const kind = ofServices ? 'service' : 'host';
  return names.split(',').map((name) => {
    const words: Words = scenario.contacts?.[name] ?? {};
    return {
      name,
      isEnabled: Number(words[`${kind}_notifications_enabled`] ?? 1) === 1,
      period: String(words[`${kind}_notification_period`] ?? '24x7'),
      options: String(words[`${kind}_notification_options`] ?? EVERYTHING).split(','),
      minimumImportance: Number(words['minimum_importance'] ?? 0),
    };
  });
}

function escalationOf(
  scenario: Scenario,
  words: ReadonlyMap<string, string>,
  ofServices: boolean,
): Escalation {
  const number = (key: string, without: number) => Number(words.get(key) ?? without);
  const interval = number('notification_interval', -1);
  return {
    first: number('first_notification', 0),
    last: number('last_notification', 0),
    intervalMs: interval < 0 ? null : interval * SECOND_MS,
    period: words.get('escalation_period') ?? null,
    options: (words.get('escalation_options') ?? EVERYTHING).split(','),
    contacts: contactsOf(scenario, words.get('contacts') ?? '', ofServices),
  };
}
