import type {
  Departure,
  DepartureOutcome,
  Instance,
  Registration,
  RegistrationOutcome,
} from '../../src/fleet/instance.ts';
import type { ReconcilerView } from '../../src/contract/instances.ts';
import type { Enrolment, EnrolmentGroup, Reconcilers, Registry } from '../../src/http/ports.ts';

/** Instances as they are put in; nobody registers. */
export class FakeRegistry implements Registry {
  readonly known: Instance[] = [];
  outcome: RegistrationOutcome = { ok: false, refusal: 'not_kept', message: 'no disk' };
  departure: DepartureOutcome = { ok: false, refusal: 'not_kept', message: 'no disk' };
  readonly asked: (Registration | Departure)[] = [];

  version(): number {
    return this.known.length;
  }

  register(wish: Registration): Promise<RegistrationOutcome> {
    this.asked.push(wish);
    return Promise.resolve(this.outcome);
  }

  deregister(wish: Departure): Promise<DepartureOutcome> {
    this.asked.push(wish);
    return Promise.resolve(this.departure);
  }

  instance(cluster: string, host: string): Instance | undefined {
    return this.known.find((one) => one.cluster === cluster && one.host === host);
  }

  instances(): Iterable<Instance> {
    return this.known;
  }
}

/** One group of collectd and gmond. */
export class FakeEnrolment implements Enrolment {
  groups: EnrolmentGroup[] = [
    {
      name: 'web',
      accept: ['collectd', 'ganglia'],
      servers: ['muster.example.net'],
      port: 8630,
      intervalMs: 10_000,
    },
  ];

  names(): readonly string[] {
    return this.groups.map(({ name }) => name);
  }

  group(name: string): EnrolmentGroup | undefined {
    return this.groups.find((one) => one.name === name);
  }
}

export class FakeReconcilers implements Reconcilers {
  views: ReconcilerView[] = [];
  outcome: ReturnType<Reconcilers['confirm']> = 'confirmed';

  list(): readonly ReconcilerView[] {
    return this.views;
  }

  confirm(): ReturnType<Reconcilers['confirm']> {
    return this.outcome;
  }
}
