import { createHash } from 'node:crypto';
import { matterOf } from '../words.ts';
import type { Page } from '../../model/service-state.ts';

/** A mail's own headers that say what it belongs to. */
export interface MailHeaders {
  /** Of the page: the same in every attempt, so a second copy is recognised. */
  readonly messageId: string;
  /** What all mails about one incident answer to: programs show them together. */
  readonly thread: string | null;
  readonly others: Readonly<Record<string, string>>;
}

/** `from`: the sender's address, whose domain the ids are of. */
export function mailHeaders(page: Page, from: string): MailHeaders {
  const domain = /@([\w.-]+)>?\s*$/u.exec(from)?.[1] ?? 'muster.invalid';
  const matter = matterOf(page);
  return {
    messageId: `<${digest(page.key)}@${domain}>`,
    thread: matter === null ? null : `<incident.${digest(matter)}@${domain}>`,
    others: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `Muster alerts <muster-alerts.${domain}>`,
      'X-Muster-Kind': page.kind,
    },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
