import { randomBytes } from 'node:crypto';
import { passwordFault } from '../access/password.ts';
import { PASSWORD_CHARS_MAX } from '../limits.ts';
import type { CommandContext, TextSink, TextSource } from './command.ts';

const TRIES_MAX = 3;
/** Longer input is no password, however much of it comes. */
const LINE_CHARS_MAX = PASSWORD_CHARS_MAX + 2;
const MADE_CHARS = 20;
const MADE_GROUP = /.{5}(?=.)/g;
/** 32 signs, none of which is taken for another. 20 of them are 100 random bits. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyz23456789';

export type PasswordOutcome =
  | { readonly kind: 'given'; readonly password: string }
  /** Nothing was given: this one was made, and nobody has seen it yet. */
  | { readonly kind: 'made'; readonly password: string }
  | { readonly kind: 'refused'; readonly fault: string }
  | { readonly kind: 'cancelled' };

/**
 * A new password for a user: asked for twice at a terminal, which does not show it; else the one line that
 * stdin holds; where stdin holds nothing, a random one.
 */
export async function obtainPassword(
  name: string,
  { input, err }: Pick<CommandContext, 'input' | 'err'>,
): Promise<PasswordOutcome> {
  if (input.isTTY === true) return askTwice(name, { input, err });
  const line = await firstLine(input);
  if (line === undefined) return { kind: 'made', password: makePassword() };
  const fault = faultOf(line, name);
  return fault === undefined ? { kind: 'given', password: line } : { kind: 'refused', fault };
}

function makePassword(): string {
  // A byte's remainder by 32 favours none.
  const signs = [...randomBytes(MADE_CHARS)].map((byte) => SIGNS[byte % SIGNS.length]).join('');
  return signs.replaceAll(MADE_GROUP, '$&-');
}

function faultOf(password: string, name: string): string | undefined {
  if (password.includes('\uFFFD')) return 'a password is UTF-8 text';
  return passwordFault(password, name);
}

/** Undefined: not even an empty line. */
async function firstLine(input: TextSource): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n') || text.length > LINE_CHARS_MAX) break;
  }
  text += decoder.decode();
  return text === '' ? undefined : text.replace(/\r?\n[^]*$/u, '');
}

async function askTwice(
  name: string,
  { input, err }: { input: TextSource; err: TextSink },
): Promise<PasswordOutcome> {
  const keys = new Keys(input);
  input.setRawMode?.(true);
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const first = await keys.hiddenLine(`Password for ${name}: `, err);
      if (first === undefined) return { kind: 'cancelled' };
      const fault = faultOf(first, name);
      if (fault !== undefined) {
        err.write(`${fault}\n`);
        continue;
      }
      const again = await keys.hiddenLine('The same again: ', err);
      if (again === undefined) return { kind: 'cancelled' };
      if (again === first) return { kind: 'given', password: first };
      err.write('the two are not the same\n');
    }
    return { kind: 'refused', fault: `no password after ${TRIES_MAX} tries` };
  } finally {
    input.setRawMode?.(false);
    await keys.close();
  }
}

const INTERRUPT = '\u0003';
const END = '\u0004';
const ERASE_LINE = '\u0015';
/** Arrows and the like, which a terminal sends as several characters (ECMA-48, 5.4). */
// oxlint-disable-next-line no-control-regex
const ESCAPE_SEQUENCE = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.|[^[O])?/gu;

/** A terminal's keys, which arrive in pieces of any size. */
class Keys {
  readonly #chunks: AsyncIterator<string | Uint8Array>;
  readonly #decoder = new TextDecoder();
  #waiting: string[] = [];

  constructor(input: TextSource) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** What is typed up to Enter, shown nowhere. Undefined: Ctrl-C, Ctrl-D, or the terminal has gone. */
  async hiddenLine(prompt: string, err: TextSink): Promise<string | undefined> {
    err.write(prompt);
    const typed: string[] = [];
    try {
      for (;;) {
        const key = await this.#next();
        if (key === undefined || key === INTERRUPT || key === END) return undefined;
        if (key === '\r' || key === '\n') return typed.join('');
        if (key === '\u007F' || key === '\b') typed.pop();
        else if (key === ERASE_LINE) typed.length = 0;
        else if (key >= ' ' && typed.length < LINE_CHARS_MAX) typed.push(key);
      }
    } finally {
      err.write('\n');
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #next(): Promise<string | undefined> {
    while (this.#waiting.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      const text = typeof value === 'string' ? value : this.#decoder.decode(value, { stream: true });
      this.#waiting = Array.from(text.replaceAll(ESCAPE_SEQUENCE, ''));
    }
    return this.#waiting.shift();
  }
}
