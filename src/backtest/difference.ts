/** A page, as far as two replays, or a replay and what was sent, are compared by. */
export interface ComparedPage {
  readonly createdMs: number;
  readonly receiver: string;
  readonly kind: string;
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  readonly state: string;
  readonly title: string;
}

export interface Difference<P extends ComparedPage = ComparedPage> {
  /** In both, at the same time. */
  readonly same: number;
  /** In both, at another time. */
  readonly moved: readonly { readonly before: P; readonly after: P }[];
  readonly onlyBefore: readonly P[];
  readonly onlyAfter: readonly P[];
}

/** Two pages about the same further apart than that are two. */
export const SAME_WITHIN_MS = 3_600_000;

/**
 * What is other in `after` than in `before`, both in the order of time. Pages about the same are put together
 * in pairs, each with the nearest that is left. `toleranceMs`: so far apart is the same time.
 */
export function differenceOf<P extends ComparedPage>(
  before: readonly P[],
  after: readonly P[],
  toleranceMs = 0,
): Difference<P> {
  const waiting = new Map<string, P[]>();
  for (const page of after) {
    const about = waiting.get(aboutOf(page));
    if (about) about.push(page);
    else waiting.set(aboutOf(page), [page]);
  }
  const moved: { before: P; after: P }[] = [];
  const onlyBefore: P[] = [];
  const paired = new Set<P>();
  let same = 0;
  for (const page of before) {
    const candidates = (waiting.get(aboutOf(page)) ?? []).filter((one) => !paired.has(one));
    const nearest = candidates.reduce<P | undefined>(
      (best, one) => (best === undefined || apartMs(one, page) < apartMs(best, page) ? one : best),
      undefined,
    );
    if (nearest === undefined || apartMs(nearest, page) > Math.max(SAME_WITHIN_MS, toleranceMs)) {
      onlyBefore.push(page);
      continue;
    }
    paired.add(nearest);
    if (apartMs(nearest, page) <= toleranceMs) same += 1;
    else moved.push({ before: page, after: nearest });
  }
  return { same, moved, onlyBefore, onlyAfter: after.filter((page) => !paired.has(page)) };
}

function apartMs(a: ComparedPage, b: ComparedPage): number {
  return Math.abs(a.createdMs - b.createdMs);
}

function aboutOf({ receiver, kind, cluster, host, service, state }: ComparedPage): string {
  return [receiver, kind, cluster, host, service, state].join('\0');
}

/** How many pages there are by a name, before and after; the greatest change first. */
export interface Count {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

export function countsBy(
  before: readonly ComparedPage[],
  after: readonly ComparedPage[],
  nameOf: (page: ComparedPage) => string,
): Count[] {
  const counts = new Map<string, { before: number; after: number }>();
  const count = (pages: readonly ComparedPage[], which: 'before' | 'after') => {
    for (const page of pages) {
      const name = nameOf(page);
      const known = counts.get(name) ?? { before: 0, after: 0 };
      known[which] += 1;
      counts.set(name, known);
    }
  };
  count(before, 'before');
  count(after, 'after');
  const change = (one: Count) => Math.abs(one.after - one.before);
  return Array.from(counts, ([name, both]) => ({ name, ...both })).toSorted(
    (a, b) => change(b) - change(a) || b.before + b.after - a.before - a.after || (a.name < b.name ? -1 : 1),
  );
}

/** `disk[df-root]` and `disk[df-home]` are both `disk`; a page of several services goes by its title. */
export function serviceOf({ service, title }: ComparedPage): string {
  if (service === '') return title.replace(/^\d+ /, '') || 'several services';
  const bracket = service.indexOf('[');
  return bracket > 0 ? service.slice(0, bracket) : service;
}
