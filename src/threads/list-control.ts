import { confirmList } from '../http/reconcilers.ts';
import { HTTP_ERRORS } from '../http/errors.ts';
import type { AuditTrail } from '../http/audit.ts';
import type { Confirmed, Refused } from '../ops/control-messages.ts';
import type { Reconcilers } from '../http/ports.ts';

/** Takes a held list for a command of the user whose server this is, and writes it down. */
export function confirmByCommand(
  { reconcilers, audit }: { readonly reconcilers: Reconcilers; readonly audit: AuditTrail },
  { name, digest }: Confirmed,
): { readonly ok: true; readonly confirmed: string } | Refused {
  const outcome = confirmList(reconcilers, name, digest);
  if (!outcome.ok) return { ok: false, message: outcome.message, cure: HTTP_ERRORS[outcome.code].cure };
  audit.note({ ...outcome.change, who: 'command line', from: '' });
  return { ok: true, confirmed: outcome.change.detail };
}
