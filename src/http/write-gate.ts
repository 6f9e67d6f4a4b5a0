import { WRITE_BYTES_OF_SENDER_MAX, WRITE_BYTES_UNDER_WAY_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';

/** What one body occupies, from its first byte until a worker has read it. */
export interface BodyLease extends Disposable {
  /** Throws the error to answer with where there is no room. */
  grow(bytes: number): void;
}

/** Keeps bodies under way within bounds, all together and those of one sender. */
export class WriteGate {
  #bytes = 0;
  readonly #bySender = new Map<string, number>();

  open(sender: string): BodyLease {
    let held = 0;
    return {
      grow: (bytes) => {
        const ofSender = (this.#bySender.get(sender) ?? 0) + bytes;
        if (this.#bytes + bytes > WRITE_BYTES_UNDER_WAY_MAX || ofSender > WRITE_BYTES_OF_SENDER_MAX) {
          throw new HttpError(
            'busy',
            'too many bytes are being written already',
            'send the same again later',
          );
        }
        this.#bytes += bytes;
        this.#bySender.set(sender, ofSender);
        held += bytes;
      },
      [Symbol.dispose]: () => {
        const left = (this.#bySender.get(sender) ?? 0) - held;
        if (left > 0) this.#bySender.set(sender, left);
        else this.#bySender.delete(sender);
        this.#bytes -= held;
        held = 0;
      },
    };
  }
}
