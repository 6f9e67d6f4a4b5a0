import { nearest } from '../model/nearest.ts';
import type { AlertsSection } from './alert-keys.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

type Kind = 'receiver' | 'rota' | 'escalation';

interface Entry {
  readonly kind: Kind;
  readonly offset: number;
}

const A = { receiver: 'a receiver', rota: 'a rota', escalation: 'an escalation' } as const;
const PLURALS = { receiver: 'receivers', rota: 'rotas', escalation: 'escalations' } as const;

/** The names of receivers, rotas and escalations, which share one space, and who speaks of them. */
export class AlertNames {
  readonly #reading: Reading;
  readonly #entries = new Map<string, Entry>();
  readonly #used = new Set<string>();

  constructor({ values: { receivers, rotas, escalations } }: AlertsSection, reading: Reading) {
    this.#reading = reading;
    this.#enter('receiver', receivers);
    this.#enter('rota', rotas);
    this.#enter('escalation', escalations);
  }

  /** Somebody is told by this name: there has to be one of these kinds. */
  refer({ value: name, offset }: Located<string>, kinds: readonly Kind[]): void {
    this.#used.add(name);
    const kind = this.#entries.get(name)?.kind;
    if (kind !== undefined && kinds.includes(kind)) return;
    const quoted = this.#reading.quote(name, offset);
    const message = kind === undefined ? `no ${kinds[0]} ${quoted}` : `${quoted} is ${A[kind]}`;
    const among = [...this.#entries].filter(([, entry]) => kinds.includes(entry.kind));
    this.#reading.fault(offset, message, {
      expected: `the name of one of the ${kinds
        .map((one) => PLURALS[one])
        .join(', ')
        .replace(/, (\w+)$/, ' or $1')}`,
      nearest: nearest(
        name,
        among.filter(([, entry]) => this.#isWritten(entry)).map(([one]) => one),
      ),
    });
  }

  /** Those that nobody speaks of. */
  warnOfUnused(): void {
    for (const [name, { kind, offset }] of this.#entries) {
      if (this.#used.has(name)) continue;
      this.#reading.warn(
        offset,
        `no route leads to the ${kind} ${this.#reading.quote(name, offset)}: it is never told`,
      );
    }
  }

  /** What the environment filled in is not shown. */
  #isWritten({ offset }: Entry): boolean {
    return !this.#reading.isFromEnv(offset);
  }

  #enter(
    kind: Kind,
    sections: readonly Located<{
      values: { name: string | undefined };
      offsets: ReadonlyMap<string, number>;
    }>[],
  ): void {
    for (const {
      value: { values, offsets },
      offset: start,
    } of sections) {
      const { name } = values;
      const offset = offsets.get('name') ?? start;
      if (name === undefined) continue;
      const first = this.#entries.get(name);
      if (first === undefined) {
        this.#entries.set(name, { kind, offset });
        continue;
      }
      const isAlike = first.kind === kind;
      const again = isAlike ? `a second ${kind}` : 'a second';
      const which = isAlike ? 'the first' : `${A[first.kind]} of that name`;
      const where = this.#reading.where(first.offset);
      this.#reading.fault(offset, `${again} ${this.#reading.quote(name, offset)}; ${which} is at ${where}`, {
        expected: 'a name that no other receiver, rota or escalation has',
      });
    }
  }
}
