import { createHash } from 'node:crypto';
import type { Clock } from './ports.ts';
import type { TlsPair } from './tls.ts';

const DAY_MS = 86_400_000;
const CHECK_MS = 60_000;
/** Automatic renewals come weeks before: what is this late has failed. */
const EXPIRY_NOTE_DAYS = 14;

/** A pair that has been validated. */
export interface WatchedCertificate extends TlsPair {
  readonly expiresMs: number;
}

export type CertificateReading =
  | { readonly ok: true; readonly certificate: WatchedCertificate }
  /** Which file, what is wrong with it, and what it has to be; without a line of it. */
  | { readonly ok: false; readonly fault: string };

export interface CertificateWatchOptions {
  /** In use since the start. */
  readonly first: WatchedCertificate;
  /** Reads and validates the files anew. */
  readonly read: () => CertificateReading;
  /** New connections are to be given this one. */
  readonly use: (certificate: TlsPair) => void;
  readonly clock: Clock;
  readonly log: Record<'info' | 'warn' | 'error', (message: string) => void>;
}

/**
 * Takes a renewed certificate into use within a minute, without a restart. A pair that is not in order
 * changes nothing: the one before stays, and what is wrong is told once.
 */
export class CertificateWatch implements Disposable {
  readonly #options: CertificateWatchOptions;
  readonly #checking: Disposable;
  #current: { readonly digest: string; readonly expiresMs: number };
  #fault: string | undefined;
  #toldExpiry: string | undefined;

  constructor(options: CertificateWatchOptions) {
    this.#options = options;
    this.#current = summaryOf(options.first);
    this.#checking = options.clock.every(CHECK_MS, () => this.check());
    this.#tellExpiry();
  }

  check(): void {
    const { read, log, use } = this.#options;
    const reading = read();
    if (!reading.ok) {
      const message = `the new certificate is not used, the one before stays: ${reading.fault}`;
      if (reading.fault !== this.#fault) log.error(message);
      this.#fault = reading.fault;
    } else {
      if (this.#fault !== undefined) log.info('the files of http.tls are in order again');
      this.#fault = undefined;
      const next = summaryOf(reading.certificate);
      if (next.digest !== this.#current.digest) {
        use(reading.certificate);
        this.#current = next;
        log.info(`a new certificate is in use; it is valid until ${dayOf(next.expiresMs)}`);
      }
    }
    this.#tellExpiry();
  }

  /** What an operator should see to, in words; empty: nothing. */
  notes(): string[] {
    const expiry = this.#expiry();
    return [
      ...(this.#fault === undefined ? [] : [`http.tls: ${this.#fault}; the certificate before is in use`]),
      ...(expiry === undefined ? [] : [expiry]),
    ];
  }

  [Symbol.dispose](): void {
    this.#checking[Symbol.dispose]();
  }

  /** Its words change once a day. */
  #expiry(): string | undefined {
    const { expiresMs } = this.#current;
    const leftMs = expiresMs - this.#options.clock.nowMs();
    const cure = 'renew it; new files are taken into use within a minute';
    if (leftMs <= 0) return `the certificate of http.tls expired on ${dayOf(expiresMs)}: ${cure}`;
    const days = Math.floor(leftMs / DAY_MS);
    if (days >= EXPIRY_NOTE_DAYS) return undefined;
    const left = days === 0 ? 'within a day' : `in ${days} day${days === 1 ? '' : 's'}`;
    return `the certificate of http.tls expires ${left}, on ${dayOf(expiresMs)}: ${cure}`;
  }

  #tellExpiry(): void {
    const expiry = this.#expiry();
    if (expiry !== undefined && expiry !== this.#toldExpiry) this.#options.log.warn(expiry);
    this.#toldExpiry = expiry;
  }
}

/** The key itself is not kept beside the server that uses it. */
function summaryOf({ cert, key, expiresMs }: WatchedCertificate) {
  return { digest: createHash('sha256').update(cert).update('\0').update(key).digest('base64'), expiresMs };
}

/** `2031-05-06`, UTC. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
