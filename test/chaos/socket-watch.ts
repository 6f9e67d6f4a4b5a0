import { readFileSync } from 'node:fs';

const POLL_MS = 10;
const EMPTY_KEPT_MS = 10_000;

/** Values sent in [fromMs, toMs) may be missing; epoch ms. */
interface DeafTime {
  readonly fromMs: number;
  toMs: number;
}

/**
 * What the kernel tells of the server's UDP sockets (/proc/net/udp): whether they are bound, whether something
 * waits in them, what they dropped. A datagram sent before a moment at which nothing waited had been read by the
 * server then; so what a death may cost is known to the datagram.
 */
export class SocketWatch implements Disposable {
  readonly #ports: readonly number[];
  readonly #deaf: DeafTime[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #drops = new Map<string, number>();
  /** Sockets of servers that have been ended; the kernel shows them for a moment longer. */
  readonly #gone = new Set<string>();
  #emptyMs: number[] = [];
  #listening = false;
  #waitingBytes = 0;
  #unreadSinceMs = Number.NaN;
  #unreadMs = 0;

  /** Nobody has listened so far. */
  constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#deaf.push({ fromMs: 0, toMs: Infinity });
    this.#timer = setInterval(() => this.poll(), POLL_MS);
  }

  /** Every socket is bound, so what is sent now must not be lost. */
  get listening(): boolean {
    return this.#listening;
  }

  /** Bytes, with the kernel's own, that the server has not read. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** The longest time for which something waited to be read without a pause. */
  get unreadMs(): number {
    return this.#unreadMs;
  }

  forgetUnread(): void {
    this.#unreadMs = 0;
  }

  /** Datagrams the kernel dropped because a buffer was full. */
  get drops(): number {
    return [...this.#drops.values()].reduce((sum, n) => sum + n, 0);
  }

  poll(): void {
    const nowMs = Date.now();
    const sockets = this.#sockets();
    this.#waitingBytes = sockets.reduce((sum, socket) => sum + socket.waitingBytes, 0);
    for (const { inode, drops } of sockets) this.#drops.set(inode, drops);
    this.#measureUnread(nowMs);
    this.#listening = sockets.length === this.#ports.length;
    if (!this.#listening) return;
    const last = this.#deaf.at(-1);
    if (last && last.toMs === Infinity) last.toMs = nowMs;
    if (this.#waitingBytes === 0) this.#emptyMs.push(nowMs);
    if ((this.#emptyMs[0] ?? nowMs) < nowMs - 2 * EMPTY_KEPT_MS) {
      this.#emptyMs = this.#emptyMs.filter((ms) => ms > nowMs - EMPTY_KEPT_MS);
    }
  }

  /**
   * The server ends, and what it had not read by `heardMs` may go with it: what was sent after the last moment
   * before at which it had read everything.
   */
  deafSince(heardMs: number): void {
    for (const inode of this.#drops.keys()) this.#gone.add(inode);
    const fromMs = this.#emptyMs.findLast((ms) => ms <= heardMs) ?? heardMs;
    const last = this.#deaf.at(-1);
    if (last?.toMs !== Infinity) this.#deaf.push({ fromMs, toMs: Infinity });
    this.#listening = false;
  }

  /** Where a moment lies between the times without a server, for a failure's report. */
  place(sentMs: number): string {
    const before = this.#deaf.findLast(({ toMs }) => toMs <= sentMs);
    const after = this.#deaf.find(({ fromMs }) => fromMs > sentMs);
    const since = before ? `${sentMs - before.toMs} ms after the sockets were bound` : '';
    return `${since}${after ? `, ${after.fromMs - sentMs} ms before what the next end may cost` : ''}`;
  }

  excuses(sentMs: number): boolean {
    return this.#deaf.some(({ fromMs, toMs }) => sentMs >= fromMs && sentMs < toMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #measureUnread(nowMs: number): void {
    if (this.#waitingBytes === 0) this.#unreadSinceMs = Number.NaN;
    else if (Number.isNaN(this.#unreadSinceMs)) this.#unreadSinceMs = nowMs;
    else this.#unreadMs = Math.max(this.#unreadMs, nowMs - this.#unreadSinceMs);
  }

  #sockets(): { inode: string; waitingBytes: number; drops: number }[] {
    const lines = readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1);
    return lines.flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const [, local = '', remote = '', , queues = '', , , , , inode = ''] = columns;
      const port = Number.parseInt(local.split(':')[1] ?? '', 16);
      if (!this.#ports.includes(port) || !/^0+:0+$/.test(remote) || this.#gone.has(inode)) return [];
      const waitingBytes = Number.parseInt(queues.split(':')[1] ?? '', 16);
      return [{ inode, waitingBytes, drops: Number(columns.at(-1)) }];
    });
  }
}
