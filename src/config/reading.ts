import { readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { isAlias, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, YAMLError } from 'yaml';
import { CONFIG_ALIASES_MAX, CONFIG_BYTES_MAX, CONFIG_ERRORS_MAX } from '../limits.ts';
import type { ConfigError } from './error.ts';

const SYNTAX_ERRORS_MAX = 10;
const ENV_REFERENCE = /(\$?)\$\{([^}]*)\}/g;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A value in the document: its node (null: nothing was written) and where to point at. */
export interface Place {
  readonly node: Node | null;
  readonly offset: number;
}

/** What may stand in parentheses behind a message. */
export interface Hint {
  readonly expected?: string | undefined;
  readonly nearest?: string | undefined;
}

/** One YAML file while it is read: collects everything wrong with it, each with its place. */
export class Reading {
  readonly file: string;
  /** Relative paths written in the file start here. */
  readonly directory: string;
  readonly errors: ConfigError[] = [];
  readonly warnings: string[] = [];
  readonly document: Document.Parsed | null;
  readonly #env: NodeJS.ProcessEnv | null;
  readonly #lines = new LineCounter();
  /** What was written at offsets where the environment filled in the value. */
  readonly #fromEnv = new Map<number, string>();
  readonly #told = new Set<string>();
  #aliases = 0;

  /**
   * Never throws: what the text gets wrong as YAML is in `errors`, and then `document` is null. `env` null:
   * `${NAME}` stays as it is written, because what comes of the file is shown to everybody.
   */
  constructor(source: { text: string; file: string; directory: string; env: NodeJS.ProcessEnv | null }) {
    this.file = source.file;
    this.directory = source.directory;
    this.#env = source.env;
    this.document = this.#parse(source.text);
  }

  /** Of several who tell the same of one place, as services that share a template, the first is heard. */
  fault(offset: number, message: string, hint: Hint = {}): undefined {
    if (this.errors.length >= CONFIG_ERRORS_MAX || this.#isTold(offset, message)) return undefined;
    this.errors.push({ file: this.file, ...this.#position(offset), message: message + inParentheses(hint) });
    return undefined;
  }

  warn(offset: number, message: string): void {
    if (this.warnings.length >= CONFIG_ERRORS_MAX || this.#isTold(offset, message)) return;
    this.warnings.push(`${this.where(offset)}: ${message}`);
  }

  /** A value as a message may show it: quoted, or as it is written where the environment filled it in. */
  quote(value: string, offset: number): string {
    return shown(this.#fromEnv.get(offset) ?? value);
  }

  /** Whether the environment filled in a part of the value there. */
  isFromEnv(offset: number): boolean {
    return this.#fromEnv.has(offset);
  }

  /** `file:line:column` of an offset. */
  where(offset: number): string {
    const { line, column } = this.#position(offset);
    return `${this.file}:${line}:${column}`;
  }

  /**
   * Follows an alias to what it stands for; the place stays where the alias is written. Undefined: a fault.
   */
  resolve(place: Place): Place | undefined {
    if (!isAlias(place.node) || this.document === null) return place;
    this.#aliases += 1;
    if (this.#aliases > CONFIG_ALIASES_MAX) {
      if (this.#aliases > CONFIG_ALIASES_MAX + 1) return undefined;
      return this.fault(place.offset, `too many aliases (expected at most ${CONFIG_ALIASES_MAX})`);
    }
    const node = place.node.resolve(this.document);
    if (node === undefined) {
      return this.fault(place.offset, `"*${place.node.source}" names no anchor above it`);
    }
    return { node, offset: place.offset };
  }

  /** Replaces `${NAME}` from the environment; `$${NAME}` stays as `${NAME}`. Undefined: a fault. */
  substitute(text: string, offset: number): { text: string; fromEnv: boolean } | undefined {
    const env = this.#env;
    if (env === null || !text.includes('${')) return { text, fromEnv: false };
    let fromEnv = false;
    let failed = false;
    const replaced = text.replaceAll(ENV_REFERENCE, (whole, escape: string, name: string) => {
      if (escape !== '') return whole.slice(1);
      const value = ENV_NAME.test(name) ? env[name] : undefined;
      if (value === undefined) {
        failed = true;
        this.fault(offset, unsetMessage(name));
        return '';
      }
      fromEnv = true;
      return value;
    });
    if (fromEnv) this.#fromEnv.set(offset, text);
    return failed ? undefined : { text: replaced, fromEnv };
  }

  #isTold(offset: number, message: string): boolean {
    const key = `${offset} ${message}`;
    const isTold = this.#told.has(key);
    this.#told.add(key);
    return isTold;
  }

  #parse(text: string): Document.Parsed | null {
    try {
      const document = parseDocument(text, {
        lineCounter: this.#lines,
        prettyErrors: false,
        logLevel: 'error',
      });
      const fatal = this.#report(document.errors, text);
      for (const warning of document.warnings) this.fault(warning.pos[0], warning.message);
      return fatal ? null : document;
    } catch (error) {
      this.fault(0, `not readable as YAML: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** A key written twice leaves the rest readable; any other error of syntax makes what follows guesswork. */
  #report(errors: readonly YAMLError[], text: string): boolean {
    let fatal = false;
    const lines = new Set<number>();
    for (const error of errors) {
      const offset = error.pos[0];
      const { line } = this.#position(offset);
      const duplicate = error.code === 'DUPLICATE_KEY';
      if (!duplicate) fatal = true;
      if ((lines.has(line) && !duplicate) || lines.size >= SYNTAX_ERRORS_MAX) continue;
      lines.add(line);
      const { message, hint } = syntaxMessage(error, text);
      this.fault(offset, message, hint);
    }
    return fatal;
  }

  #position(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** A file's text, or why it cannot be had, in words that follow the file's name. */
export function readText(
  path: string,
  bytesMax: number = CONFIG_BYTES_MAX,
): { ok: true; text: string } | { ok: false; fault: string } {
  try {
    const fault = unfitFault(statSync(path), bytesMax);
    if (fault !== undefined) return { ok: false, fault };
    return { ok: true, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { ok: false, fault: fileFault(error) };
  }
}

/** Why what a path leads to is not read at all. A pipe would never end. */
export function unfitFault(found: Stats, bytesMax: number): string | undefined {
  if (found.isDirectory()) return 'is a directory';
  if (!found.isFile()) return 'is not a file';
  return found.size > bytesMax ? `has ${found.size} bytes (expected at most ${bytesMax})` : undefined;
}

/** What an error of the file system means, in words. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    case 'EISDIR':
      return 'is a directory';
    case 'ENOTDIR':
      return 'has a part that is not a directory';
    default:
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Text of the user's in a message: quoted, without control characters, at most 60 characters of it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function inParentheses({ expected, nearest }: Hint): string {
  const parts: string[] = [];
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (nearest !== undefined) parts.push(`did you mean ${shown(nearest)}?`);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function unsetMessage(name: string): string {
  if (!ENV_NAME.test(name)) return `${shown(`\${${name}}`)} is not the name of an environment variable`;
  return `the environment variable ${name} is not set`;
}

function syntaxMessage(error: YAMLError, text: string): { message: string; hint?: Hint } {
  const key = /^[^\s:#]{1,60}/.exec(text.slice(error.pos[0], error.pos[0] + 60))?.[0] ?? '';
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return {
        message: `${shown(key)} is written twice in one mapping`,
        hint: { expected: 'each key once' },
      };
    case 'TAB_AS_INDENT':
      return { message: 'a tab in the indentation', hint: { expected: 'spaces' } };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'nested too deeply' };
    case 'MULTIPLE_DOCS':
      return { message: 'a second YAML document', hint: { expected: 'one document a file' } };
    case 'UNEXPECTED_TOKEN':
      if (text.slice(error.pos[0] - 1, error.pos[0] + 1) === '${') {
        return { message: 'a bare ${…} inside braces', hint: { expected: 'quotes around it: "${NAME}"' } };
      }
      return { message: error.message };
    default:
      return { message: error.message };
  }
}
