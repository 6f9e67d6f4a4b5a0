import { HTTP_ERRORS } from '../http/errors.ts';
import { testAnswer } from '../http/receivers.ts';
import type { Alerting, Asked } from '../http/ports.ts';
import type { AuditTrail } from '../http/audit.ts';
import type { ReceiverTestAnswer, ReceiverView } from '../contract/alert-views.ts';
import type { Refused } from '../ops/control-messages.ts';

/** Receivers, for commands of the user whose server this is. */
interface ReceiverDesk {
  readonly alerting: Pick<Alerting, 'ask' | 'test'>;
  readonly audit: AuditTrail;
}

export async function receiversByCommand({
  alerting,
}: Pick<ReceiverDesk, 'alerting'>): Promise<
  { readonly ok: true; readonly receivers: readonly ReceiverView[] } | Refused
> {
  const asked = await alerting.ask({ kind: 'receivers' });
  return asked.ok ? { ok: true, receivers: asked.answer } : unanswered(asked);
}

/** Sends a test page, and writes it down. */
export async function testByCommand(
  { alerting, audit }: ReceiverDesk,
  name: string,
): Promise<{ readonly ok: true; readonly tested: ReceiverTestAnswer } | Refused> {
  const asked = await alerting.test(name);
  if (!asked.ok) return unanswered(asked);
  const outcome = testAnswer(name, asked.answer);
  if (!outcome.ok) return { ok: false, message: outcome.message, cure: HTTP_ERRORS[outcome.code].cure };
  audit.note({ ...outcome.change, who: 'command line', from: '' });
  return { ok: true, tested: outcome.answer };
}

function unanswered({ fault }: Asked<never> & { ok: false }): Refused {
  const message = fault === 'stopped' ? 'the server stops' : 'the checks do not answer';
  return { ok: false, message, cure: HTTP_ERRORS.judge_silent.cure };
}
