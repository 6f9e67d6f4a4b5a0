import MailComposer from 'nodemailer/lib/mail-composer';
import { GRAPH_CID, mailHtml } from './html.ts';
import { deliverMail } from './smtp.ts';
import { mailContent } from './content.ts';
import { mailHeaders } from './headers.ts';
import { mailText } from './text.ts';
import { nameOf, servicesOf } from '../words.ts';
import { readSecret } from '../secret-file.ts';
import type { Channel } from '../channel.ts';
import type { GraphRequest, Graphs } from '../graphs.ts';
import type { MailGraph } from './content.ts';
import type { Page } from '../../model/service-state.ts';
import type { PageLinks } from '../links.ts';
import type { SmtpConfig } from '../../contract/alerts.ts';
import type { SmtpServer } from './smtp.ts';

interface EmailOptions {
  readonly to: readonly string[];
  readonly from: string;
  readonly smtp: SmtpConfig;
  /** Whether a graph is inlined. */
  readonly graph: boolean;
  readonly links: PageLinks;
  readonly graphs: Graphs;
  readonly server?: Pick<SmtpServer, 'timeoutMs' | 'ca'>;
}

/** Mail by SMTP: text, HTML and the worst service's graph. */
export function emailChannel(options: EmailOptions): Channel {
  const { to, from, smtp, graphs } = options;
  return {
    async send(page, signal) {
      let password: string | null = null;
      if (smtp.passwordFile !== null) {
        const read = await readSecret(smtp.passwordFile, 'smtp.password_file');
        if (!read.ok) return { ok: false, retryable: true, detail: read.fault };
        password = read.secret;
      }
      const wanted = options.graph ? graphOf(page) : null;
      const png = wanted && (await graphs.draw(wanted, signal));
      const bytes = await mailBytes(page, options, wanted === null ? 'none' : (png ?? 'missing'));
      const envelope = { from: bareAddress(from), to: to.map(bareAddress), bytes };
      return deliverMail({ smtp, password, ...options.server }, envelope, signal);
    },
  };
}

/** `Muster <muster@example.net>` without the name. */
function bareAddress(address: string): string {
  return /<([^<>]*)>\s*$/u.exec(address)?.[1] ?? address.trim();
}

const GRAPH_S = 6 * 3600;

/** Of the worst service that judges a metric of a host; null: there is none. */
export function graphOf(page: Page): GraphRequest | null {
  const one = servicesOf(page).find(({ metric, host }) => metric !== '' && host !== '');
  if (!one) return null;
  const { cluster, host, metric, warning, critical } = one;
  const toS = Math.ceil(page.createdMs / 1000);
  return { cluster, host, metric, fromS: toS - GRAPH_S, toS, warning, critical, title: nameOf(one) };
}

/** A whole message (RFC 5322). */
export async function mailBytes(
  page: Page,
  { to, from, links }: Pick<EmailOptions, 'to' | 'from' | 'links'>,
  graph: Uint8Array | Exclude<MailGraph, 'inlined'>,
): Promise<Uint8Array> {
  const isDrawn = typeof graph !== 'string';
  const content = mailContent(page, links, isDrawn ? 'inlined' : graph);
  const { messageId, thread, others } = mailHeaders(page, from);
  const composer = new MailComposer({
    from,
    to: [...to],
    subject: content.subject,
    messageId,
    ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
    headers: others,
    date: new Date(page.createdMs),
    text: mailText(content),
    html: mailHtml(content),
    attachments: isDrawn
      ? [
          {
            filename: 'graph.png',
            content: Buffer.from(graph),
            cid: GRAPH_CID,
            contentType: 'image/png',
            contentDisposition: 'inline' as const,
          },
        ]
      : [],
    // Nothing of a page is a path or an address to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
