import { fillPage } from '../model/page-words.ts';
import { oneLine, shortened, wordsOf } from './words.ts';
import { webhookBody } from './webhook.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { Page } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';
import type { ProgramEnd, Programs } from './program.ts';

interface ExecOptions {
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly links: PageLinks;
  readonly programs: Programs;
}

/** sysexits.h, EX_TEMPFAIL: the user is invited to retry. */
const TEMPFAIL = 75;
const DETAIL_CHARS = 200;

/** Runs a program with the webhook's JSON on its standard input. */
export function execChannel({ command, timeoutMs, links, programs }: ExecOptions): Channel {
  return {
    async send(page, signal) {
      const input = `${JSON.stringify(webhookBody(page, links))}\n`;
      const end = await programs.run(
        { command: filledCommand(command, page, links), input, timeoutMs },
        signal,
      );
      return execOutcome(end, timeoutMs);
    },
  };
}

/** Every argument for itself: what a value holds never makes a second one, nor ends one. */
export function filledCommand(command: readonly string[], page: Page, links: PageLinks): string[] {
  const words = wordsOf(page, links);
  return command.map((argument) => fillPage(argument, words, (value) => value.replaceAll('\0', '')));
}

/** Status 0: delivered. 75, a signal, no time, not started: tried again. Any other: never. */
export function execOutcome({ end, code, output, detail }: ProgramEnd, timeoutMs: number): SendOutcome {
  const said = shortened(oneLine(output.trim().split('\n', 1)[0] || detail), DETAIL_CHARS);
  const withWords = (how: string) => (said === '' ? how : `${how}: ${said}`);
  switch (end) {
    case 'exited':
    case 'left-children':
      if (code === 0) return { ok: true, detail: withWords('status 0') };
      return { ok: false, retryable: code === TEMPFAIL || code === -1, detail: withWords(`status ${code}`) };
    case 'killed':
      return { ok: false, retryable: true, detail: withWords('ended by a signal') };
    case 'timeout':
      return { ok: false, retryable: true, detail: `took longer than ${timeoutMs / 1000} s` };
    case 'flooded':
      return { ok: false, retryable: false, detail: 'wrote too much' };
    case 'not-started':
    case 'refused':
      return { ok: false, retryable: true, detail: withWords('not run') };
  }
}
