import { letterOfProblem } from '../alert/nagios/letters.ts';
import { routesOf } from '../alert/routes.ts';
import type { CompiledAlerts } from '../alert/rules.ts';
import type { Contact, Notifying } from '../alert/nagios/notifying.ts';
import type { Problem } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Traits } from '../alert/subject.ts';

const OF_SERVICE: readonly Problem[] = ['WARNING', 'CRITICAL', 'UNKNOWN'];
const OF_HOST: readonly Problem[] = ['DOWN', 'UNREACHABLE'];

/**
 * Whom the routes name for a service, as Nagios' contacts: with the options of the states that lead to them,
 * and those of recovery, flapping and downtime. Of an escalation the steps count that have begun since its
 * problem was first told. What routes say of groups and reminders is nothing to them; their periods are the
 * contacts'.
 */
export function nagiosContacts(
  watch: ServiceWatch,
  { traits, state, nowMs }: { readonly traits: Traits; readonly state: Notifying; readonly nowMs: number },
  { routes, destinations, targets }: CompiledAlerts,
): Contact[] {
  const { cluster, host, service, isHost } = watch;
  const contacts = new Map<string, Contact>();
  for (const problem of isHost ? OF_HOST : OF_SERVICE) {
    const severity = problem.toLowerCase();
    for (const route of routesOf(routes, { cluster, host, service, severity, ...traits })) {
      const steps = destinations.stepsOf(route.receiver)?.steps ?? [];
      const sinceMs = state.firstMs === 0 ? nowMs : state.firstMs;
      const begun = steps.filter(({ afterMs }) => nowMs >= sinceMs + afterMs).length;
      for (const name of destinations.reach(route.receiver, { begun, nowMs }).targets) {
        if (!targets.has(name)) continue;
        // Of two routes to one target the first that is open now counts.
        const key = `${name}\0${route.period ?? ''}`;
        const options = contacts.get(key)?.options ?? ['r', 'f', 's'];
        contacts.set(key, {
          name,
          isEnabled: true,
          period: route.period,
          options: [...options, letterOfProblem(problem)],
          minimumImportance: 0,
        });
      }
    }
  }
  return [...contacts.values()];
}
