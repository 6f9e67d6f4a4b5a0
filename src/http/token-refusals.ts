import { HttpError } from './errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from './ports.ts';
import type { TokenThrottle } from '../access/token-throttle.ts';

/** Tokens that are refused, wherever one is asked for: too many from one address are answered shortly. */
export class TokenRefusals {
  readonly #throttle: TokenThrottle;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(throttle: TokenThrottle, clock: Pick<Clock, 'nowMs'>) {
    this.#throttle = throttle;
    this.#clock = clock;
  }

  /** The error to answer with where a token is refused for this one. */
  answer(refusal: HttpError, request: FastifyRequest, reply: FastifyReply): HttpError {
    const waitS = this.#throttle.refused(request.ip, this.#clock.nowMs());
    if (waitS === 0) return refusal;
    void reply.header('retry-after', String(waitS));
    return new HttpError(
      'too_many_attempts',
      `too many tokens from this address were refused: ${refusal.message}`,
      `wait as long as retry-after says; ${refusal.cure}`,
    );
  }
}
