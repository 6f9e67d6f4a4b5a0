import { spawn, spawnSync } from 'node:child_process';
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { ROOT } from './server.ts';
import { selfSigned } from '../config/self-signed.ts';
import type { ChildProcess } from 'node:child_process';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly tls: boolean;
  readonly login: boolean;
  /** The whole message, a character a byte. */
  readonly data: string;
}
export type Door = 'plain' | 'starttls' | 'implicit';

/** Whether Debian's aiosmtpd is there. */
export function hasMailServer(): boolean {
  return spawnSync('/usr/bin/python3', ['-c', 'import aiosmtpd']).status === 0;
}

/** A mail server (smtp-server.py) whose certificate, `localhost`, lies in `dir`. */
export class MailServer implements AsyncDisposable {
  readonly ports: Readonly<Record<Door, number>>;
  readonly certificate: string;
  readonly #process: ChildProcess;
  readonly #said: AsyncIterator<[string]>;

  private constructor(
    process: ChildProcess,
    said: AsyncIterator<[string]>,
    { ports, certificate }: { ports: Record<Door, number>; certificate: string },
  ) {
    this.#process = process;
    this.#said = said;
    this.ports = ports;
    this.certificate = certificate;
  }

  static async start(dir: string): Promise<MailServer> {
    const [key, certificate] = [join(dir, 'mail.key'), join(dir, 'mail.crt')];
    const pair = selfSigned();
    writeFileSync(key, pair.key);
    writeFileSync(certificate, pair.cert);
    const script = join(ROOT, 'test/e2e/smtp-server.py');
    const process = spawn('/usr/bin/python3', ['-W', 'ignore', script, certificate, key], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: process.stdout });
    const said = on(lines, 'line', { close: ['close'] }) as AsyncIterator<[string]>;
    const ports = JSON.parse(await nextOf(said)) as Record<Door, number>;
    return new MailServer(process, said, { ports, certificate });
  }

  /** The next one that it has taken. */
  async mail(): Promise<Mail> {
    return JSON.parse(await nextOf(this.#said)) as Mail;
  }

  [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.kill();
    return gone;
  }
}

async function nextOf(said: AsyncIterator<[string]>): Promise<string> {
  const next = await said.next();
  if (next.done === true) throw new Error('the mail server has ended');
  return next.value[0];
}
