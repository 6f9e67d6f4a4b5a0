/**
 * Nagios' external commands by which people decide: acknowledgements and downtimes. Names may hold no
 * semicolon; the comment, which is last, may.
 *
 * Source: nagios 4.4.6, base/commands.c, cmd_acknowledge_problem, cmd_schedule_downtime; Naemon 1.4.0 for
 * those that expire.
 */
export type NagiosDecision =
  /** An empty service: the host's own problem. */
  | {
      readonly what: 'acknowledge';
      readonly host: string;
      readonly service: string;
      readonly sticky: boolean;
      readonly notify: boolean;
      readonly untilS: number | null;
      readonly author: string;
      readonly comment: string;
    }
  | { readonly what: 'unacknowledge'; readonly host: string; readonly service: string }
  | {
      readonly what: 'downtime';
      readonly of: 'host' | 'service' | 'services-of-host';
      readonly host: string;
      readonly service: string;
      readonly fromS: number;
      readonly toS: number;
      /** Null: fixed. */
      readonly durationS: number | null;
      readonly author: string;
      readonly comment: string;
    }
  | { readonly what: 'end-downtime'; readonly id: number }
  /** Nulls: whichever. */
  | {
      readonly what: 'end-downtimes';
      readonly host: string;
      readonly service: string | null;
      readonly fromS: number | null;
      readonly comment: string | null;
    };

export type ReadDecision =
  | { readonly ok: true; readonly decision: NagiosDecision }
  | { readonly ok: false; readonly fault: 'bad-command' | 'triggered-downtime' };

const BAD: ReadDecision = { ok: false, fault: 'bad-command' };
const STICKY = 2;

/** Undefined: it is another command. Never throws. */
export function readDecision(name: string, rest: string): ReadDecision | undefined {
  switch (name) {
    case 'ACKNOWLEDGE_SVC_PROBLEM':
      return acknowledge(split(rest, 7), { expires: false, ofHost: false });
    case 'ACKNOWLEDGE_SVC_PROBLEM_EXPIRE':
      return acknowledge(split(rest, 8), { expires: true, ofHost: false });
    case 'ACKNOWLEDGE_HOST_PROBLEM':
      return acknowledge(split(rest, 6), { expires: false, ofHost: true });
    case 'ACKNOWLEDGE_HOST_PROBLEM_EXPIRE':
      return acknowledge(split(rest, 7), { expires: true, ofHost: true });
    case 'REMOVE_SVC_ACKNOWLEDGEMENT': {
      const [host = '', service = ''] = split(rest, 2);
      return service === '' ? BAD : named({ what: 'unacknowledge', host, service });
    }
    case 'REMOVE_HOST_ACKNOWLEDGEMENT':
      return named({ what: 'unacknowledge', host: rest, service: '' });
    case 'SCHEDULE_SVC_DOWNTIME': {
      const [host = '', service = '', ...times] = split(rest, 9);
      return service === '' ? BAD : downtime({ of: 'service', host, service }, times);
    }
    case 'SCHEDULE_HOST_DOWNTIME':
    case 'SCHEDULE_HOST_SVC_DOWNTIME': {
      const [host = '', ...times] = split(rest, 8);
      const of = name === 'SCHEDULE_HOST_DOWNTIME' ? 'host' : 'services-of-host';
      return downtime({ of, host, service: '' }, times);
    }
    case 'DEL_SVC_DOWNTIME':
    case 'DEL_HOST_DOWNTIME': {
      const id = whole(rest);
      return id === null ? BAD : { ok: true, decision: { what: 'end-downtime', id } };
    }
    case 'DEL_DOWNTIME_BY_HOST_NAME': {
      const [host = '', service = '', from = '', comment = ''] = split(rest, 4);
      const fromS = whole(from);
      if (from !== '' && fromS === null) return BAD;
      return named({
        what: 'end-downtimes',
        host,
        service: service || null,
        fromS,
        comment: comment || null,
      });
    }
    default:
      return undefined;
  }
}

/** `host[;service];sticky;notify;persistent[;until];author;comment`. */
function acknowledge(
  args: readonly string[],
  { expires, ofHost }: { readonly expires: boolean; readonly ofHost: boolean },
): ReadDecision {
  const [host = '', ...others] = args;
  const [service = ''] = ofHost ? [] : others;
  const [sticky = '', notify = '', , ...last] = ofHost ? others : others.slice(1);
  const [until = '', author = '', comment = ''] = expires ? last : ['', ...last];
  const untilS = whole(until);
  if ((!ofHost && service === '') || author === '' || (expires && untilS === null)) return BAD;
  const kinds = { sticky: whole(sticky) === STICKY, notify: (whole(notify) ?? 0) > 0 };
  return named({ what: 'acknowledge', host, service, ...kinds, untilS, author, comment });
}

/** `start;end;fixed;trigger;duration;author;comment`. */
function downtime(
  about: { of: 'host' | 'service' | 'services-of-host'; host: string; service: string },
  [from = '', to = '', fixed = '', trigger = '', duration = '', author = '', comment = '']: readonly string[],
): ReadDecision {
  const [fromS, toS, durationS] = [whole(from), whole(to), whole(duration)];
  if (fromS === null || toS === null || author === '') return BAD;
  if ((whole(trigger) ?? 0) !== 0) return { ok: false, fault: 'triggered-downtime' };
  const isFixed = (whole(fixed) ?? 0) > 0;
  if (!isFixed && durationS === null) return BAD;
  const lasts = { fromS, toS, durationS: isFixed ? null : durationS };
  return named({ what: 'downtime', ...about, ...lasts, author, comment });
}

function named(decision: NagiosDecision & { readonly host: string }): ReadDecision {
  return decision.host === '' ? BAD : { ok: true, decision };
}

function whole(text: string): number | null {
  return /^\s*\d{1,12}\s*$/u.test(text) ? Number(text) : null;
}

/** The first few arguments; the last one has what is left, semicolons included. */
export function split(text: string, count: number): string[] {
  const parts = text.split(';');
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(';')];
}
