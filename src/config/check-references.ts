import { compilePattern } from '../model/pattern.ts';
import { nearest } from '../model/nearest.ts';
import { isLiteral } from '../check/rule.ts';
import { GROUP_SERVICE, HOST_SERVICE } from './check-subject.ts';
import type { ServiceDefinition } from '../contract/checks.ts';
import type { Body } from './check-templates.ts';
import type { Defaults } from './check-definition.ts';
import type { Hint } from './reading.ts';

/** A definition and what it was read from. */
export interface Defined {
  readonly body: Body;
  readonly definition: ServiceDefinition;
}

/** Names of services and time periods that definitions speak of and that there are not. */
export function reportReferences(
  all: readonly Defined[],
  { defaults, periods }: { defaults: readonly Defaults[]; periods: ReadonlySet<string> },
): void {
  const services = new ServiceNames(all.map(({ definition }) => definition));
  for (const { body, definition } of all) {
    const { subject, dependsOn, checkPeriod, notificationPeriod } = definition;
    const teller = (key: 'aggregate' | 'check_period' | 'depends_on' | 'notification_period'): Teller => ({
      fault: (message, hint) => body.fault(key, message, hint),
      warn: (message) => body.warn(key, message),
    });
    if (checkPeriod !== null) reportPeriod(checkPeriod, periods, teller('check_period'));
    if (notificationPeriod !== null) {
      reportPeriod(notificationPeriod, periods, teller('notification_period'));
    }
    if (subject.kind === 'aggregate' && subject.of.kind === 'states') {
      reportService(subject.of.service, services, teller('aggregate'));
    }
    for (const { service } of dependsOn) reportService(service, services, teller('depends_on'));
  }
  for (const one of defaults) reportDefaults(one, periods, services);
  reportCircles(all);
}

function reportDefaults(
  { section: { values, offsets, offset }, reading }: Defaults,
  periods: ReadonlySet<string>,
  services: ServiceNames,
): void {
  const { check_period: period, notification_period: telling, depends_on: dependencies } = values;
  const teller = (key: string): Teller => ({
    fault: (message, hint) => {
      reading.fault(offsets.get(key) ?? offset, message, hint);
    },
    warn: (message) => reading.warn(offsets.get(key) ?? offset, message),
  });
  if (typeof period === 'string') reportPeriod(period, periods, teller('check_period'));
  if (typeof telling === 'string') reportPeriod(telling, periods, teller('notification_period'));
  if (typeof dependencies !== 'object') return;
  for (const { value } of dependencies.items) {
    reportService(value.values.service ?? HOST_SERVICE, services, teller('depends_on'));
  }
}

/** Says what is wrong at a place. */
interface Teller {
  readonly fault: (message: string, hint: Hint) => void;
  readonly warn: (message: string) => void;
}

function reportPeriod(period: string, periods: ReadonlySet<string>, teller: Teller): void {
  if (periods.has(period)) return;
  teller.fault(`no time period "${period}"`, {
    expected: 'the name of an entry under timeperiods:, of any file',
    nearest: nearest(period, periods),
  });
}

function reportService(service: string, services: ServiceNames, teller: Teller): void {
  if (service.includes('{{')) return;
  switch (services.makes(service)) {
    case 'always':
      return;
    case 'perhaps':
      teller.warn(`no service is called "${service}" as it stands; a definition with a pattern may make it`);
      return;
    case 'several':
      teller.fault(`"${service}" makes a service for each metric`, {
        expected: `one of them, such as "${service}[df-root/percent_bytes-used]"`,
      });
      return;
    case 'never':
      teller.fault(`no service "${service}"`, {
        expected: 'the name of a service of any file',
        nearest: nearest(service, services.names),
      });
  }
}

/** What services the definitions can make, by name. */
class ServiceNames {
  readonly names: readonly string[];
  readonly #plain = new Set([HOST_SERVICE, GROUP_SERVICE]);
  readonly #several = new Set<string>();
  readonly #patterns: ((name: string) => boolean)[] = [];

  constructor(definitions: readonly ServiceDefinition[]) {
    for (const { name, subject, anchored } of definitions) {
      if (name.includes('{{')) {
        const [start = ''] = name.split('{{');
        this.#patterns.push((service) => service.startsWith(start));
      } else if (subject.kind === 'metric' && !isLiteral(subject.metric, anchored)) {
        this.#several.add(name);
      } else if (subject.kind === 'passive' && subject.service !== null) {
        const compiled = compilePattern(subject.service, { anchored });
        if (compiled.ok) this.#patterns.push((service) => compiled.pattern.matches(service));
      } else {
        this.#plain.add(name);
      }
    }
    this.names = [...this.#plain, ...this.#several];
  }

  makes(service: string): 'always' | 'several' | 'perhaps' | 'never' {
    if (this.#plain.has(service)) return 'always';
    if (this.#several.has(service)) return 'several';
    const bracket = service.indexOf('[');
    if (bracket > 0 && this.#several.has(service.slice(0, bracket))) return 'perhaps';
    if (bracket > 0 && this.#plain.has(service.slice(0, bracket))) return 'perhaps';
    return this.#patterns.some((matches) => matches(service)) ? 'perhaps' : 'never';
  }
}

/** Services of one host that wait for each other for ever. */
function reportCircles(all: readonly Defined[]): void {
  const masters = new Map(
    all.map(({ definition }) => [
      definition.name,
      definition.dependsOn.flatMap(({ host, service }) => (host === '' ? [service] : [])),
    ]),
  );
  for (const { body, definition } of all) {
    const circle = circleFrom(definition.name, masters);
    if (circle === null) continue;
    body.fault('depends_on', `the service depends on itself: ${circle.join(' → ')}`);
  }
}

/** The shortest way from a service back to itself; null: there is none. */
function circleFrom(start: string, masters: ReadonlyMap<string, readonly string[]>): string[] | null {
  const ways = (masters.get(start) ?? []).map((service) => [start, service]);
  const seen = new Set<string>();
  for (const way of ways) {
    const service = way.at(-1) ?? '';
    if (service === start) return way;
    if (seen.has(service)) continue;
    seen.add(service);
    // Ways grow while they are walked: breadth first.
    for (const next of masters.get(service) ?? []) ways.push([...way, next]);
  }
  return null;
}
