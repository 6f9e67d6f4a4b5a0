import { nearest } from './nearest.ts';
import type { PluginEnd } from './check-result.ts';
import type { ServiceKey } from './service-state.ts';

/** A change of state at which event handlers run. */
export type HandledChange = 'soft' | 'hard' | 'recovery';

/** An event handler that is to run: a command or, of a URL, a body to POST. */
export interface HandlerRun extends ServiceKey {
  readonly run: number;
  readonly handler: string;
  readonly command: readonly string[] | null;
  readonly url: string | null;
  /** JSON; empty for a command. */
  readonly body: string;
  readonly timeoutMs: number;
}

/** What became of it. */
export interface HandlerOutcome {
  readonly run: number;
  readonly end: PluginEnd | 'answered' | 'unreachable';
  /** Exit status or HTTP status; -1 without one. */
  readonly code: number;
  /** Its first words; never a secret. */
  readonly detail: string;
}

/** What a handler's command may speak of: `{{host.address}}`; besides them `{{host.facts.NAME}}`. */
export const HANDLER_WORDS = [
  'cluster',
  'host.name',
  'host.address',
  'service',
  'state',
  'state_type',
  'attempt',
  'max_attempts',
  'change',
  'output',
  'notes',
  'runbook',
] as const;
export type HandlerWords = ReadonlyMap<string, string>;

const PLACEHOLDER = /\{\{ *([^{}]*?) *\}\}/gu;
const FACT = /^host\.facts\.[^\s{}]+$/u;

/** What is wrong with an argument, in words that go on after its key; undefined: nothing is. */
export function handlerTextFault(text: string): string | undefined {
  for (const [placeholder, name = ''] of text.matchAll(PLACEHOLDER)) {
    if (FACT.test(name) || HANDLER_WORDS.some((word) => word === name)) continue;
    const meant = nearest(name, HANDLER_WORDS);
    const known = `known are ${HANDLER_WORDS.join(', ')}, host.facts.NAME`;
    const hint = meant === undefined ? known : `did you mean {{${meant}}}?`;
    return `has the placeholder ${placeholder}, which is not known: ${hint}`;
  }
  return text.replaceAll(PLACEHOLDER, '').includes('{{') ? 'has a "{{" without its "}}"' : undefined;
}

/** An argument with its placeholders filled in, once; what there is nothing of is empty. */
export function fillHandlerText(text: string, words: HandlerWords): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => words.get(name) ?? '');
}
