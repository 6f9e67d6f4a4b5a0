import { commandOf, reportTemplate } from './alert-command.ts';
import { pageTemplateFault } from '../model/page-words.ts';
import { unreadable } from './files.ts';
import { shown } from './reading.ts';
import type { ChannelConfig, ReceiverConfig, SmtpConfig } from '../contract/alerts.ts';
import type { ReceiverSection, SmtpSection } from './alert-keys.ts';
import type { Reading } from './reading.ts';

/** Receivers and their channels. What a message says of them never repeats an address or a key. */

type Channels = ReceiverSection['values'];
type Written<K extends keyof Channels> = NonNullable<Channels[K]>;

interface Around {
  readonly smtp: SmtpSection;
  readonly reading: Reading;
}

/** Undefined: it has no name, and the reading has the fault. */
export function receiverOf(section: ReceiverSection, around: Around): ReceiverConfig | undefined {
  const { values, offset, offsets } = section;
  const { name, storm } = values;
  if (name === undefined) return undefined;
  const channels = channelsOf(values, around);
  const hasKind = KINDS.some((kind) => offsets.has(kind));
  if (!hasKind && section.allKnown) {
    around.reading.fault(
      offset,
      `the receiver ${around.reading.quote(name, offsets.get('name') ?? offset)} has no channel`,
      {
        expected: `at least one of ${KINDS.join(', ')}`,
      },
    );
  }
  return {
    name,
    where: around.reading.where(offset),
    channels,
    giveUpAfterMs: values.give_up_after,
    ...(storm === undefined ? {} : { storm: stormOf(storm) }),
  };
}

const KINDS = [
  'webhook',
  'email',
  'slack',
  'pagerduty',
  'alertmanager',
  'http',
  'exec',
] as const satisfies readonly ChannelConfig['kind'][];

function stormOf(storm: NonNullable<Channels['storm']> | null): (ReceiverConfig['storm'] & {}) | null {
  if (storm === null) return null;
  const { pages, within } = storm.values;
  return pages === undefined || within === undefined ? null : { pages, withinMs: within };
}

function channelsOf(values: Channels, around: Around): ChannelConfig[] {
  const { webhook, email, slack, pagerduty, alertmanager, http, exec } = values;
  return [
    webhook && webhookOf(webhook, around),
    email && emailOf(email, around),
    slack && slackOf(slack),
    pagerduty && pagerdutyOf(pagerduty, around),
    alertmanager && alertmanagerOf(alertmanager, around),
    http && httpOf(http, around),
    exec && execOf(exec, around),
  ].filter((channel) => channel !== null);
}

function webhookOf(section: Written<'webhook'>, { reading }: Around): ChannelConfig {
  const { url = '', secret_file: secretFile } = section.values;
  reportSecret(secretFile, section.offsets.get('secret_file'), reading);
  return { kind: 'webhook', url, secretFile };
}

function emailOf(section: Written<'email'>, { smtp, reading }: Around): ChannelConfig {
  const { to, graph } = section.values;
  const from = section.values.from ?? smtp.values.from;
  if (from === null && section.allKnown && smtp.allKnown) {
    reading.fault(section.offset, 'the mail has no sender', {
      expected: '"from" here, or once for all in alerts.smtp',
    });
  }
  const recipients = to?.map(({ value }) => value) ?? [];
  return { kind: 'email', to: recipients, from: from ?? '', smtp: smtpOf(smtp), graph };
}

const MAIL_PORTS = { off: 25, opportunistic: 25, starttls: 587, implicit: 465 } as const;

function smtpOf({ values }: SmtpSection): SmtpConfig {
  const { host, tls, user, password_file: passwordFile } = values;
  return { host, port: values.port ?? MAIL_PORTS[tls], tls, user, passwordFile };
}

/** What is wrong with the way to the mail server, whoever uses it. */
export function reportSmtp(smtp: SmtpSection, reading: Reading): void {
  const { user, password_file: passwordFile, tls, host } = smtp.values;
  reportSecret(passwordFile, smtp.offsets.get('password_file'), reading);
  if (!smtp.allKnown) return;
  if ((user === null) !== (passwordFile === null)) {
    const [there, missing] = user === null ? ['password_file', 'user'] : ['user', 'password_file'];
    reading.fault(smtp.offsets.get(there) ?? smtp.offset, `"${there}" stands without "${missing}"`, {
      expected: 'both or neither',
    });
  } else if (user !== null && (tls === 'off' || tls === 'opportunistic') && !isOwn(host)) {
    reading.warn(
      smtp.offsets.get('user') ?? smtp.offset,
      'the password may go to another machine unencrypted: only tls: starttls and implicit prevent it',
    );
  }
}

function isOwn(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function slackOf({ values: { url = '', channel } }: Written<'slack'>): ChannelConfig {
  return { kind: 'slack', url, channel };
}

function pagerdutyOf(section: Written<'pagerduty'>, { reading }: Around): ChannelConfig {
  const { routing_key: routingKey, routing_key_file: routingKeyFile, url } = section.values;
  const { offset, offsets } = section;
  reportSecret(routingKeyFile, offsets.get('routing_key_file'), reading);
  const keys = [offsets.has('routing_key'), offsets.has('routing_key_file')].filter(Boolean).length;
  if (keys !== 1 && section.allKnown) {
    reading.fault(offset, keys === 0 ? 'no routing key' : 'two routing keys', {
      expected: 'either routing_key_file: PATH or routing_key: "${NAME}"',
    });
  }
  const at = offsets.get('routing_key');
  if (at !== undefined && !reading.isFromEnv(at)) {
    reading.warn(at, 'the routing key stands in this file: routing_key_file: PATH or "${NAME}" keeps it out');
  }
  return { kind: 'pagerduty', routingKey, routingKeyFile, url };
}

function alertmanagerOf(section: Written<'alertmanager'>, { reading }: Around): ChannelConfig {
  const { url = '', labels } = section.values;
  for (const [name, { offset }] of labels) {
    if (/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name)) continue;
    reading.fault(offset, `${shown(name)} cannot be the name of a label`, {
      expected: 'letters, digits and _, not beginning with a digit',
    });
  }
  return { kind: 'alertmanager', url, labels: textsOf(labels) };
}

function httpOf(section: Written<'http'>, { reading }: Around): ChannelConfig {
  const { url = '', method, headers, body, content_type: contentType } = section.values;
  const { offset, offsets } = section;
  if (url.includes('{{')) {
    reading.fault(offsets.get('url') ?? offset, 'the address has a placeholder', {
      expected: 'a fixed address; headers and the body are filled in',
    });
  }
  reportTemplate(
    'the body',
    { value: body, offset: offsets.get('body') ?? offset },
    pageTemplateFault,
    reading,
  );
  for (const [name, header] of headers) {
    reportTemplate('the header', header, pageTemplateFault, reading);
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/.test(name)) continue;
    reading.fault(header.offset, `${shown(name)} cannot be the name of a header`, {
      expected: 'a name of HTTP such as X-Token',
    });
  }
  if (!/^[!-~]+\/[ -~]+$/.test(contentType)) {
    const at = offsets.get('content_type') ?? offset;
    reading.fault(at, `${reading.quote(contentType, at)} is no content type`, {
      expected: 'one such as application/json',
    });
  }
  if (method === 'GET' && body !== '') {
    reading.warn(offsets.get('body') ?? offset, 'a GET has no body: this one is never sent');
  }
  return { kind: 'http', url, method, headers: textsOf(headers), body, contentType };
}

function textsOf(named: ReadonlyMap<string, { readonly value: string }>): Readonly<Record<string, string>> {
  return Object.fromEntries([...named].map(([name, { value }]) => [name, value]));
}

function execOf(section: Written<'exec'>, { reading }: Around): ChannelConfig {
  const { command, timeout: timeoutMs } = section.values;
  return { kind: 'exec', command: commandOf(command ?? [], pageTemplateFault, reading), timeoutMs };
}

/** A file that holds a secret has to be there. `offset`: where its path is written. */
function reportSecret(file: string | null, offset: number | undefined, reading: Reading): void {
  const fault = file === null ? undefined : unreadable(file);
  if (file === null || offset === undefined || fault === undefined) return;
  reading.fault(offset, `${reading.quote(file, offset)} ${fault}`, {
    expected: 'a file that holds the secret',
  });
}
