import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isIP } from 'node:net';
import { codeWords, connectFault } from '../outgoing/connect-fault.ts';
import { oneLine, shortened } from '../words.ts';
import { resolveAllowed } from '../outgoing/resolve.ts';
import type { SendOutcome } from '../channel.ts';
import type { SmtpConfig } from '../../contract/alerts.ts';

export interface SmtpMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Uint8Array;
}

export interface SmtpServer {
  readonly smtp: SmtpConfig;
  /** Null: there is none. */
  readonly password: string | null;
  readonly timeoutMs?: number;
  /** Authorities to trust instead of the system's. */
  readonly ca?: string;
}

const TIMEOUT_MS = 20_000;
const SAID_CHARS = 160;

/** Brings one mail to a server, over a connection of its own. Never rejects. */
export async function deliverMail(
  server: SmtpServer,
  mail: SmtpMail,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const limit = AbortSignal.timeout(server.timeoutMs ?? TIMEOUT_MS);
  const either = AbortSignal.any([signal, limit]);
  const resolved = await resolveAllowed(server.smtp.host, either);
  if (!resolved.ok)
    return { ok: false, retryable: !resolved.refused, detail: `mail server: ${resolved.fault}` };
  const [first] = resolved.addresses;
  const connection = new SMTPConnection(connectionOptions(server, first?.address ?? server.smtp.host));
  const broken = brokenOff(connection, either);
  try {
    const info = await Promise.race([exchange(connection, server, mail), broken.promise]);
    return outcomeOf(info);
  } catch (error) {
    if (limit.aborted) return { ok: false, retryable: true, detail: 'no answer in time' };
    return faultOf(error);
  } finally {
    broken.dispose();
    connection.close();
  }
}

function connectionOptions({ smtp, password, ca, timeoutMs = TIMEOUT_MS }: SmtpServer, address: string) {
  const isOptional = smtp.tls === 'opportunistic';
  const hasPassword = smtp.user !== null && password !== null;
  return {
    host: address,
    port: smtp.port,
    secure: smtp.tls === 'implicit',
    ignoreTLS: smtp.tls === 'off',
    requireTLS: smtp.tls === 'starttls',
    // Without a password any TLS is better than none; with one it goes to whom it is for.
    opportunisticTLS: isOptional && !hasPassword,
    tls: {
      // Of an address the certificate has to name that.
      ...(isIP(smtp.host) === 0 ? { servername: smtp.host } : {}),
      rejectUnauthorized: !isOptional || hasPassword,
      ...(ca === undefined ? {} : { ca }),
    },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

/** Rejects when the signal aborts, or the connection fails between two commands. */
function brokenOff(connection: SMTPConnection, signal: AbortSignal) {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new Error('broken off'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  connection.on('error', reject);
  promise.catch(() => undefined);
  return { promise, dispose: () => signal.removeEventListener('abort', abort) };
}

type Sent = Awaited<ReturnType<typeof exchange>>;

async function exchange(connection: SMTPConnection, { smtp, password }: SmtpServer, mail: SmtpMail) {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error?: Error | null) => (error ? reject(error) : resolve()));
  });
  const { user } = smtp;
  if (user !== null) {
    await new Promise<void>((resolve, reject) => {
      const credentials = { user, pass: password ?? '' };
      connection.login({ user, credentials }, (error?: Error | null) => (error ? reject(error) : resolve()));
    });
  }
  const envelope = { from: mail.from, to: [...mail.to], size: mail.bytes.length };
  const info = await new Promise<SMTPConnection.SentMessageInfo>((resolve, reject) => {
    connection.send(envelope, Buffer.from(mail.bytes), (error, sent) =>
      error ? reject(error) : resolve(sent),
    );
  });
  connection.quit();
  return info;
}

/** Somebody has it. Sent again it would come twice to them: whoever was refused is told in words. */
function outcomeOf({ accepted, rejected, response }: Sent): SendOutcome {
  const said = shortened(oneLine(response), SAID_CHARS);
  const refused = rejected.length === 0 ? '' : `; refused: ${shortened(rejected.join(', '), SAID_CHARS)}`;
  const count = accepted.length === 1 ? '1 recipient' : `${accepted.length} recipients`;
  return { ok: true, detail: `${count}: ${said}${refused}` };
}

/** RFC 5321, 4.2.1: 4xx may pass, 5xx stays. A refused login is mended by somebody. */
function faultOf(error: unknown): SendOutcome {
  const { responseCode, response, code } = error as {
    responseCode?: number;
    response?: string;
    code?: string;
  };
  if (typeof responseCode === 'number') {
    const isForGood = responseCode >= 500 && code !== 'EAUTH';
    const said = shortened(oneLine(response ?? String(responseCode)), SAID_CHARS);
    return { ok: false, retryable: !isForGood, detail: said };
  }
  return { ok: false, retryable: true, detail: wordsOf(error) };
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ETLS', 'the mail server offers no TLS that can be trusted'],
  ['EAUTH', 'the mail server does not take the user and password'],
  ['ETIMEDOUT', 'no answer in time'],
  ['EPROTOCOL', 'it does not speak SMTP'],
]);

/** The library keeps the system's own code beside its own. */
function wordsOf(error: unknown): string {
  const { code, originalCode } = error as { code?: string; originalCode?: string };
  const known = code === undefined ? undefined : WORDS.get(code);
  if (known !== undefined) return known;
  return `mail server: ${originalCode === undefined ? connectFault(error) : codeWords(originalCode)}`;
}
