import { createHmac, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { ServiceKey } from '../model/service-state.ts';

/** What a link of a page is about: all of an incident, or one service. */
export type LinkAbout =
  | { readonly kind: 'incident'; readonly id: string }
  | { readonly kind: 'service'; readonly service: ServiceKey };

export interface PageLink {
  readonly about: LinkAbout;
  /** Whom the page went to. */
  readonly target: string;
  readonly expiresMs: number;
}

export type ReadLink =
  | { readonly ok: true; readonly link: PageLink }
  /** `damaged`: cut, made up, or signed by another server. */
  | { readonly ok: false; readonly reason: 'damaged' | 'expired' };

/** How long a page can be acknowledged by its link. */
export const LINK_LIFETIME_MS = 7 * 24 * 3_600_000;
/** 128 bits: as many as nobody guesses, in a link that mail programs do not break. */
const SIGNATURE_BYTES = 16;
const TOKEN_CHARS_MAX = 8192;
const DAMAGED: ReadLink = { ok: false, reason: 'damaged' };

/** The payload's fields, short: `i` incident or `s` service, `t` target, `e` expiry in seconds. */
interface Payload {
  readonly i?: unknown;
  readonly s?: unknown;
  readonly t?: unknown;
  readonly e?: unknown;
}

/** `payload.signature`, both base64url: whoever has it may acknowledge what it is about, and nothing else. */
export function signLink({ about, target, expiresMs }: PageLink, secret: Uint8Array): string {
  const on =
    about.kind === 'incident'
      ? { i: about.id }
      : { s: [about.service.cluster, about.service.host, about.service.service] };
  const payload = Buffer.from(JSON.stringify({ ...on, t: target, e: Math.floor(expiresMs / 1000) }));
  const text = payload.toString('base64url');
  return `${text}.${signatureOf(text, secret).toString('base64url')}`;
}

/** Total: what comes is from anybody. Nothing of the payload is looked at before its signature. */
export function readLink(token: string, secret: Uint8Array, nowMs: number): ReadLink {
  if (token.length > TOKEN_CHARS_MAX) return DAMAGED;
  const [, text, signed] = /^([\w-]+)\.([\w-]{22})$/u.exec(token) ?? [];
  if (text === undefined || signed === undefined) return DAMAGED;
  const signature = Buffer.from(signed, 'base64url');
  if (signature.length !== SIGNATURE_BYTES) return DAMAGED;
  if (!timingSafeEqual(signature, signatureOf(text, secret))) return DAMAGED;
  const link = linkOf(Buffer.from(text, 'base64url').toString());
  if (link === null) return DAMAGED;
  return nowMs < link.expiresMs ? { ok: true, link } : { ok: false, reason: 'expired' };
}

function signatureOf(text: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(text).digest().subarray(0, SIGNATURE_BYTES);
}

/** Null: signed by us, and written by a version that writes others. */
function linkOf(text: string): PageLink | null {
  const { i, s, t, e } = payloadOf(text);
  if (typeof t !== 'string' || typeof e !== 'number') return null;
  const rest = { target: t, expiresMs: e * 1000 };
  if (typeof i === 'string') return { ...rest, about: { kind: 'incident', id: i } };
  if (!Array.isArray(s)) return null;
  const [cluster, host, service]: readonly unknown[] = s;
  if (typeof cluster !== 'string' || typeof host !== 'string' || typeof service !== 'string') return null;
  return { ...rest, about: { kind: 'service', service: { cluster, host, service } } };
}

function payloadOf(text: string): Payload {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
