import { spanWords } from '../model/duration.ts';
import type { AggregateFunction, AggregateOf, SeriesFunction, Subject } from '../contract/checks.ts';
import type { Located } from './readers.ts';
import type { Body, BodyKey, BodyValue } from './check-templates.ts';

/** The service that is a host's own state. */
export const HOST_SERVICE = 'host';
/** The service of a cluster that the judge makes by itself (src/judge/group-silence.ts). */
export const GROUP_SERVICE = 'hosts';

const HEADS = ['metric', 'sum', 'ratio', 'aggregate', 'command', 'passive'] as const;
type Head = (typeof HEADS)[number];
const FUNCTIONS = ['rate_of_change', 'missing', 'forecast', 'compare'] as const;
const HOST_FUNCTIONS: readonly string[] = ['count', 'percent'];
/** Agents send most metrics every 10 s to a minute. */
const SHORT_WINDOW_MS = 60_000;
const HOST_STATES: readonly string[] = ['UP', 'DOWN', 'UNREACHABLE'];

/** What a definition judges; undefined where that cannot be said, which is told. */
export function subjectOf(body: Body): Subject | undefined {
  const heads = HEADS.filter((head) => isGiven(body, head));
  if (body.entry.name === HOST_SERVICE) return hostSubject(body, heads);
  const kinds = heads.filter((head) => !(head === 'command' && heads.includes('passive')));
  const [kind, other] = kinds;
  if (other !== undefined && kind !== undefined) {
    body.fault(other, `"${other}" and "${kind}" do not go together`, {
      expected: `one of ${HEADS.join(', ')}; ${kind}: null cancels what a template says`,
    });
    return undefined;
  }
  if (kind === undefined) {
    const { allKnown, offsets } = body.entry.section;
    if (allKnown && !HEADS.some((head) => offsets.has(head))) tellNothing(body);
    return undefined;
  }
  return ofKind(body, kind);
}

function isGiven(body: Body, key: BodyKey): boolean {
  const value = body.get(key);
  return value !== undefined && value !== false;
}

function tellNothing(body: Body): void {
  const { reading, section, name } = body.entry;
  const offset = section.offsets.get('name') ?? section.offset;
  reading.fault(section.offset, `the service ${reading.quote(name, offset)} has no "metric"`, {
    expected: 'metric: a regular expression over metric names, or sum, ratio, aggregate, command or passive',
  });
}

function hostSubject(body: Body, heads: readonly Head[]): Subject | undefined {
  const refused = heads.filter((head) => head !== 'command' && head !== 'passive');
  for (const head of refused) {
    body.fault(head, `the service "host" is the host's own state and takes no "${head}"`);
  }
  if (refused.length > 0) return undefined;
  if (heads.includes('passive')) return passive(body);
  return heads.includes('command') ? command(body) : { kind: 'host' };
}

function ofKind(body: Body, head: Head): Subject | undefined {
  switch (head) {
    case 'metric':
      return { kind: 'metric', metric: body.get('metric') ?? '', function: functionOf(body) };
    case 'sum':
      return { kind: 'combined', function: 'sum', of: texts(body.get('sum')), to: [], percent: false };
    case 'ratio': {
      const { of, to, percent = false } = body.get('ratio')?.values ?? {};
      return { kind: 'combined', function: 'ratio', of: texts(of), to: texts(to), percent };
    }
    case 'aggregate':
      return aggregate(body);
    case 'command':
      return command(body);
    case 'passive':
      return passive(body);
  }
}

function texts(items: readonly Located<string>[] | undefined): string[] {
  return items?.map(({ value }) => value) ?? [];
}

function functionOf(body: Body): SeriesFunction | null {
  const [name, other] = FUNCTIONS.filter((each) => isGiven(body, each));
  if (other !== undefined) {
    body.fault(other, `"${other}" and "${name}" do not go together`, {
      expected: 'one function of a series',
    });
  }
  return name === undefined ? null : functionCalled(name, body);
}

function functionCalled(name: (typeof FUNCTIONS)[number], body: Body): SeriesFunction {
  switch (name) {
    case 'missing':
      return { name };
    case 'rate_of_change': {
      const { over = 0, per = 0 } = body.get(name)?.values ?? {};
      if (over > 0 && over < SHORT_WINDOW_MS) {
        body.warn(
          name,
          `${spanWords(over)} hold two samples only where they come that often; most agents' do not`,
        );
      }
      return { name, overMs: over, perMs: per };
    }
    case 'forecast': {
      const { reaches = 0, history = 0 } = body.get(name)?.values ?? {};
      return { name, reaches, historyMs: history };
    }
    case 'compare': {
      const { before = 0, window = 0, as = 'percent' } = body.get(name)?.values ?? {};
      if (before < window) {
        body.fault(
          name,
          `the window of ${spanWords(window)} reaches into that of ${spanWords(before)} before`,
          {
            expected: 'a "before" of at least the "window"',
          },
        );
      }
      return { name, beforeMs: before, windowMs: window, as };
    }
  }
}

function command(body: Body): Subject | undefined {
  const line = commandOf(body);
  return line === null ? undefined : { kind: 'command', command: line };
}

function passive(body: Body): Subject {
  return { kind: 'passive', service: body.get('service') ?? null, command: commandOf(body) };
}

/** Null: there is none, or what is wrong is told. */
function commandOf(body: Body): readonly string[] | null {
  const line = body.get('command');
  if (line === undefined) return null;
  const [program = '', ...rest] = texts(line);
  if (program.includes('{{')) {
    body.fault('command', 'the program itself has a placeholder', {
      expected: 'a fixed path; what is filled in can only be an argument',
    });
  } else if (!program.startsWith('/')) {
    body.fault('command', `${body.entry.reading.quote(program, -1)} is not an absolute path`, {
      expected: 'a list such as [/usr/lib/nagios/plugins/check_http, -H, "{{host.address}}"]',
    });
  } else if (rest.length === 0 && /\s/.test(program)) {
    body.fault('command', 'a program and its arguments in one text', {
      expected: 'a list: [/path/of/plugin, argument, …]; there is no shell',
    });
  }
  return [program, ...rest];
}

function aggregate(body: Body): Subject | undefined {
  const { values } = body.get('aggregate') ?? {};
  if (values === undefined) return undefined;
  if (values.by === null) {
    body.fault('aggregate', 'the aggregate has no "by"', {
      expected: 'by: [cluster], by: [cluster, FACT], or by: [] for the whole grid',
    });
  }
  const of = values.service === null ? ofValues(body, values) : ofStates(body, values);
  return of && { kind: 'aggregate', of, by: texts(values.by ?? []) };
}

type AggregateValues = BodyValue<'aggregate'>['values'];

function ofValues(body: Body, values: AggregateValues): AggregateOf | undefined {
  const { metric, function: name, percent_over: limit, state } = values;
  const refuse = (message: string, expected: string) => {
    body.fault('aggregate', message, { expected });
    return undefined;
  };
  if (metric === null) return refuse('the aggregate is of nothing', 'metric: or service: in it');
  if (state !== null) return refuse('"state" goes with "service"', 'function: or percent_over: for a metric');
  if ((name === null) === (limit === null)) {
    return refuse('the aggregate needs one of "function" and "percent_over"', 'one of them');
  }
  if (limit !== null) return { kind: 'percent_over', metric, limit };
  if (!isOfValues(name)) {
    return refuse('percent goes with "service" and "state"', 'percent_over: N for values of a metric');
  }
  return { kind: 'values', metric, function: name };
}

function isOfValues(name: AggregateValues['function']): name is AggregateFunction {
  return name !== null && name !== 'percent';
}

function ofStates(body: Body, values: AggregateValues): AggregateOf | undefined {
  const { metric, service, state, function: name, percent_over: limit } = values;
  if (metric !== null || limit !== null || service === null) {
    body.fault('aggregate', '"service" does not go with "metric" and "percent_over"', {
      expected: 'service:, state: and function:',
    });
    return undefined;
  }
  if (state === null || name === null || !HOST_FUNCTIONS.includes(name)) {
    body.fault('aggregate', 'services are counted by their states', {
      expected: 'state: [CRITICAL, …] and function: count or percent',
    });
    return undefined;
  }
  const states = texts(state);
  const isHost = service === HOST_SERVICE;
  const stray = states.find((one) => one !== 'PENDING' && HOST_STATES.includes(one) !== isHost);
  if (stray !== undefined) {
    body.fault('aggregate', `a ${isHost ? 'host' : 'service'} is never ${stray}`, {
      expected: isHost ? `one of ${HOST_STATES.join(', ')}` : 'one of OK, WARNING, CRITICAL, UNKNOWN',
    });
  }
  return { kind: 'states', service, states, function: name === 'count' ? 'count' : 'percent' };
}
