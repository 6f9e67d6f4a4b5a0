import { oneLine, shortened } from './words.ts';
import type { OutgoingAnswer } from './outgoing/send-out.ts';
import type { SendOutcome } from './channel.ts';

/** The answers that say the body itself is wrong. */
const BODY_REFUSED: readonly number[] = [400, 413, 422];
const RETRY_AFTER_MS_MAX = 3_600_000;
const QUOTED_CHARS = 120;

/**
 * What an answer means for a page. Everything but 2xx and a refused body may pass: a receiver that is being
 * deployed says 404, one whose token is mended 401. `quote`: the answer's own words are told; nothing in
 * them may be secret.
 */
export function httpOutcome(answer: OutgoingAnswer, nowMs: number, quote = false): SendOutcome {
  if (!answer.ok) return { ok: false, retryable: !answer.refused, detail: answer.fault };
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return { ok: true, detail: `HTTP ${status}` };
  const said = quote ? shortened(oneLine(body), QUOTED_CHARS) : '';
  const isRedirect = status >= 300 && status < 400;
  const detail = `HTTP ${status}${isRedirect ? ', a redirect: not followed' : ''}${said && `: ${said}`}`;
  const retryable = !BODY_REFUSED.includes(status);
  const retryAfterMs = retryable ? readRetryAfter(headers['retry-after'], nowMs) : undefined;
  return { ok: false, retryable, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** RFC 9110, 10.2.3: seconds or a date; at most an hour of either. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = /^\d{1,9}$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(RETRY_AFTER_MS_MAX, Math.max(0, waitMs)) : undefined;
}
