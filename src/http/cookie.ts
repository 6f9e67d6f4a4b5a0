import type { FastifyReply, FastifyRequest } from 'fastify';

/** RFC 6265bis, 4.1.3.2: a browser takes a `__Host-` cookie only from the host itself, and over TLS. */
const NAMES = ['muster_session', '__Host-muster_session'] as const;
const SECRET = /^[\w-]{43}$/u;

/**
 * The cookie that holds a session's secret. No script reads it and no other site's request brings it;
 * `secure`: the page is opened by https.
 */
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor({ secure }: { readonly secure: boolean }) {
    this.#name = NAMES[secure ? 1 : 0];
    this.#attributes = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  /** The secret a request brought; undefined for what cannot be one. */
  read({ headers }: FastifyRequest): string | undefined {
    for (const pair of (headers.cookie ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (pair.slice(0, at).trim() !== this.#name) continue;
      const value = pair.slice(at + 1).trim();
      return SECRET.test(value) ? value : undefined;
    }
    return undefined;
  }

  set(reply: FastifyReply, secret: string, forMs: number): void {
    const age = `; Max-Age=${Math.floor(forMs / 1000)}`;
    void reply.header('set-cookie', `${this.#name}=${secret}${age}${this.#attributes}`);
  }

  clear(reply: FastifyReply): void {
    void reply.header('set-cookie', `${this.#name}=; Max-Age=0${this.#attributes}`);
  }
}
