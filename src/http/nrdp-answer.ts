import { refusalWords } from './report-results.ts';
import { RESULT_FAULTS_TOLD_MAX } from '../limits.ts';
import type { HttpError } from './errors.ts';
import type { Reported } from './report-results.ts';

/** The form of an answer: that of what was sent. */
export type NrdpForm = 'json' | 'xml';

/** What NRDP's clients look for: 0 where it went well; the message, and the output, are for people. */
export interface NrdpAnswer {
  readonly status: 0 | -1;
  readonly message: string;
  readonly output: string;
}

/** What became of results. It went well where one of them was taken, or there was none. */
export function nrdpOutcome(outcomes: readonly Reported[], what: 'checks' | 'commands'): NrdpAnswer {
  const refused = outcomes.filter((outcome) => !outcome.ok);
  const taken = outcomes.length - refused.length;
  const told = refused.slice(0, RESULT_FAULTS_TOLD_MAX).map(refusalWords);
  const more = refused.length > told.length ? [`and ${refused.length - told.length} more`] : [];
  const rest = refused.length === 0 ? '' : `, ${refused.length} refused: ${[...told, ...more].join('; ')}`;
  const output = `${taken} ${what} processed${rest}`;
  const isWell = taken > 0 || refused.length === 0;
  return isWell ? { status: 0, message: 'OK', output } : { status: -1, message: 'NONE TAKEN', output };
}

export function nrdpFault({ message, cure }: HttpError): NrdpAnswer {
  return { status: -1, message, output: cure };
}

export function nrdpText({ status, message, output }: NrdpAnswer, form: NrdpForm): string {
  if (form === 'json') return JSON.stringify({ result: { status, message, meta: { output } } });
  return `<?xml version="1.0" encoding="utf-8"?>
<result>
  <status>${status}</status>
  <message>${escaped(message)}</message>
  <meta>
    <output>${escaped(output)}</output>
  </meta>
</result>
`;
}

/** Names in it were held to be printable, or are. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- XML has none of them
  const plain = text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, '\ufffd');
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
