import type { Identity } from '../contract/access.ts';
import type { FastifyRequest } from 'fastify';

/** One change as it is written down: who and from where are the request's. */
export interface Change {
  /** `event posted`, `reload`, … */
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  readonly detail: string;
}

/** Where changes are written down, so that they can be told months later. */
export interface AuditTrail {
  note(entry: Change & { readonly who: string; readonly from: string }): void;
}

/** Everybody, where nobody signs in. */
export const ANYBODY: Identity = { kind: 'open', name: 'anybody', role: 'admin', group: null };

/** Who made a request that has passed the guard, on a route that takes a role. */
export function identityOf({ identity }: FastifyRequest): Identity {
  if (identity === null) throw new Error('nobody was asked who made this request');
  return identity;
}

/** Writes a change down with who made it and from where. */
export function noteChange(trail: AuditTrail, request: FastifyRequest, change: Change): void {
  trail.note({ ...change, who: identityOf(request).name, from: request.ip });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the guard has looked at the credentials. */
    identity: Identity | null;
  }
}
