import Type from 'typebox';
import { PATTERN_BUDGET_MS, PATTERN_NAMES_CHARS_MAX } from '../limits.ts';
import { compileMatcher } from '../live/name-matcher.ts';
import { ErrorBody } from '../contract/api.ts';
import { HttpError } from './errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FleetView } from './fleet-view.ts';
import type { HttpPorts } from './ports.ts';

/** What every resource gets. */
export interface Resources {
  readonly ports: HttpPorts;
  readonly fleet: FleetView;
}

/** For calls without query keys: one that is not known would otherwise pass unseen. */
export const NO_QUERY = Type.Object({}, { additionalProperties: false });

/** Names of 1000 characters; regular expressions over them, or so many names between `|`. */
export const NameParam = Type.String({ minLength: 1, maxLength: 1000 });
export const PatternParam = Type.String({ maxLength: PATTERN_NAMES_CHARS_MAX });

/** The answers of a call: its own and an error's, for OpenAPI. */
export function answers<T extends Type.TSchema>(ok: T): { 200: T; default: typeof ErrorBody } {
  return { 200: ok, default: ErrorBody };
}

/**
 * A filter over whole names from a query key; everything passes without one. Throws the error to answer with.
 */
export function nameFilter(key: string, pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const matcher = compileMatcher(pattern);
  if (typeof matcher === 'string') throw new HttpError('bad_pattern', `${key} does not compile: ${matcher}`);
  return (name) => {
    const matches = matcher.matches(name);
    if (matcher.spent) throw tooSlow(key);
    return matches;
  };
}

/** The one name a query key can match; undefined where it may match several, or is not there. */
export function onlyName(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  const matcher = compileMatcher(pattern);
  return typeof matcher === 'string' ? undefined : (matcher.literal ?? undefined);
}

/** The pattern of this key took longer over the names than it may. */
export function tooSlow(key: string): HttpError {
  return new HttpError('selector_too_slow', `${key} took more than ${PATTERN_BUDGET_MS} ms to match`);
}

/** Says how many rows an answer over the maximum leaves out, and cuts it. */
export function cutRows<T>(rows: readonly T[], max: number, reply: FastifyReply): readonly T[] {
  if (rows.length <= max) return rows;
  void reply.header('muster-left-out', String(rows.length - max));
  return rows.slice(0, max);
}

/** Aborts when the client goes away before its answer. */
export function goneSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { socket } = request.raw;
  const onClose = () => controller.abort(new Error('the client went away'));
  socket.once('close', onClose);
  reply.raw.once('finish', () => socket.off('close', onClose));
  return controller.signal;
}
