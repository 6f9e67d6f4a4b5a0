import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crowd, LINKS, page, pagedService } from '../notify/page.ts';
import { emailChannel } from '../../src/notify/email/email.ts';
import { hasMailServer, MailServer } from './smtp.ts';
import { scratch } from './server.ts';
import type { Door } from './smtp.ts';
import type { SmtpConfig } from '../../src/contract/alerts.ts';

/** Mail as a real server (Debian's aiosmtpd) takes it, or does not. */

const isThere = hasMailServer();
const never = new AbortController().signal;

describe.skipIf(!isThere)(`mail (${isThere ? 'by aiosmtpd' : 'python3-aiosmtpd is not installed'})`, () => {
  const home = scratch();
  const at = (name: string) => join(home.dir, name);
  let server: MailServer;
  let ca = '';

  beforeAll(async () => {
    server = await MailServer.start(home.dir);
    ca = readFileSync(server.certificate, 'utf8');
    writeFileSync(at('password'), 's3cret\n');
    writeFileSync(at('wrong'), 'guess\n');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    home[Symbol.dispose]();
  });

  interface How {
    readonly to?: readonly string[];
    readonly door?: Door;
    readonly smtp?: Partial<SmtpConfig>;
    readonly trusts?: boolean;
    readonly timeoutMs?: number;
    readonly png?: Uint8Array | null;
  }

  function channel({
    to = ['ops@example.net'],
    door = 'plain',
    smtp,
    trusts = true,
    timeoutMs = 5000,
    png,
  }: How) {
    const config = {
      host: 'localhost',
      port: server.ports[door],
      tls: 'off',
      user: null,
      passwordFile: null,
    } as const;
    return emailChannel({
      to,
      from: 'Muster <muster@example.net>',
      smtp: { ...config, ...smtp },
      graph: png !== undefined,
      links: LINKS,
      graphs: { draw: () => Promise.resolve(png ?? null) },
      server: { timeoutMs, ...(trusts ? { ca } : {}) },
    });
  }

  test('a page about 37 hosts arrives whole', async () => {
    const png = Buffer.from('89504e470d0a1a0a', 'hex');
    const about = crowd(37, {
      services: crowd(37).services.map((one) => ({ ...one, output: 'größer 日本' })),
    });
    const outcome = await channel({ png }).send(about, never);
    expect(outcome).toEqual({ ok: true, detail: '1 recipient: 250 2.0.0 queued as 7' });
    const mail = await server.mail();
    expect(mail).toMatchObject({
      from: 'muster@example.net',
      to: ['ops@example.net'],
      tls: false,
      login: false,
    });
    expect(mail.data).toMatch(/^Subject: \[CRITICAL\] 37 hosts in c: load\r$/mu);
    expect(mail.data).toContain(png.toString('base64'));
    writeFileSync(at('mail'), Buffer.from(mail.data, 'latin1'));
    const parsed = execFileSync('/usr/bin/python3', ['-c', READ_MAIL, at('mail')]).toString();
    const { types, text, defects } = JSON.parse(parsed) as { types: string[]; text: string; defects: number };
    expect(types).toEqual(['text/plain', 'text/html', 'image/png']);
    expect(text).toContain('- CRITICAL web-1: load: größer 日本');
    expect(defects).toBe(0);
  });

  describe('TLS', () => {
    test.for<{ name: string; how: How; tls: boolean }>([
      { name: 'from the start', how: { door: 'implicit', smtp: { tls: 'implicit' } }, tls: true },
      { name: 'by STARTTLS', how: { door: 'starttls', smtp: { tls: 'starttls' } }, tls: true },
      {
        name: 'when it is offered',
        how: { door: 'starttls', smtp: { tls: 'opportunistic' }, trusts: false },
        tls: true,
      },
      { name: 'not when it is not', how: { smtp: { tls: 'opportunistic' } }, tls: false },
      { name: 'off', how: { door: 'starttls' }, tls: false },
    ])('$name', async ({ how, tls }) => {
      expect(await channel(how).send(page(), never)).toMatchObject({ ok: true });
      expect((await server.mail()).tls).toBe(tls);
    });

    test.for<{ name: string; how: How; detail: RegExp }>([
      { name: 'demanded where there is none', how: { smtp: { tls: 'starttls' } }, detail: /TLS/u },
      {
        name: 'nobody vouches for it',
        how: { door: 'implicit', smtp: { tls: 'implicit' }, trusts: false },
        detail: /certificate|TLS/u,
      },
      {
        name: 'another name',
        how: { door: 'implicit', smtp: { tls: 'implicit', host: 'other.localhost' } },
        detail: /certificate|TLS/u,
      },
    ])('$name: not sent, and tried again', async ({ how, detail }) => {
      const outcome = await channel(how).send(page(), never);
      expect(outcome).toMatchObject({ ok: false, retryable: true, detail: expect.stringMatching(detail) });
    });
  });

  describe('a login', () => {
    const smtp = { tls: 'starttls', user: 'muster' } as const;

    test('with the password in the file', async () => {
      const how = { door: 'starttls', smtp: { ...smtp, passwordFile: at('password') } } as const;
      expect(await channel(how).send(page(), never)).toMatchObject({ ok: true });
      expect(await server.mail()).toMatchObject({ login: true, tls: true });
    });

    test.for([
      { name: 'a wrong one', file: 'wrong', detail: expect.stringMatching(/^535 /u) },
      { name: 'none', file: 'missing', detail: 'smtp.password_file cannot be read (ENOENT)' },
    ])('$name: somebody will mend it', async ({ file, detail }) => {
      const how = { door: 'starttls', smtp: { ...smtp, passwordFile: at(file) } } as const;
      const outcome = await channel(how).send(page(), never);
      expect(outcome).toEqual({ ok: false, retryable: true, detail });
    });
  });

  describe('refused', () => {
    test.for([
      { to: 'nobody', retryable: false, detail: /550 5\.1\.1 no such user/u },
      { to: 'later', retryable: true, detail: /451 4\.7\.1 come back later/u },
      { to: 'full', retryable: true, detail: /452 4\.2\.2 mailbox full/u },
      { to: 'spam', retryable: false, detail: /554 5\.7\.1 not wanted/u },
    ])('$to', async ({ to, retryable, detail }) => {
      const outcome = await channel({ to: [`${to}@example.net`] }).send(page(), never);
      expect(outcome).toEqual({ ok: false, retryable, detail: expect.stringMatching(detail) });
    });

    test('some of them: the others have it, and nobody twice', async () => {
      const outcome = await channel({ to: ['ops@example.net', 'nobody@example.net'] }).send(page(), never);
      const detail = '1 recipient: 250 2.0.0 queued as 7; refused: nobody@example.net';
      expect(outcome).toEqual({ ok: true, detail });
      expect(await server.mail()).toMatchObject({ to: ['ops@example.net'] });
    });
  });

  test('a server that hangs is not waited for', async () => {
    const outcome = await channel({ to: ['hang@example.net'], timeoutMs: 300 }).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable: true, detail: 'no answer in time' });
  });

  test('nobody listens', async () => {
    const outcome = await channel({ smtp: { port: 1 } }).send(page(), never);
    const detail = 'mail server: nobody listens there (ECONNREFUSED)';
    expect(outcome).toEqual({ ok: false, retryable: true, detail });
  });

  test('without its graph it says so', async () => {
    const about = page({ services: [pagedService()] });
    expect(await channel({ png: null }).send(about, never)).toMatchObject({ ok: true });
    expect((await server.mail()).data).toContain('The graph could not be drawn in time.');
  });
});

const READ_MAIL = `
import email, email.policy, json, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
parts = [part for part in mail.walk() if not part.is_multipart()]
print(json.dumps({
  'types': [part.get_content_type() for part in parts],
  'text': mail.get_body(('plain',)).get_content(),
  'defects': sum(len(part.defects) for part in mail.walk()),
}))`;
