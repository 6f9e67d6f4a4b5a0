/** The text of a Nagios plugin, as it divides. */
export interface PluginText {
  /** The first line up to a `|`. */
  readonly output: string;
  /** The lines after it, up to one with a `|`. */
  readonly longOutput: string;
  /** What stands behind the first `|` of the first line, and behind the first one after that, in one line. */
  readonly performance: string;
}

const NOTHING = '(No output returned from plugin)';
// oxlint-disable-next-line no-control-regex -- they are what is replaced
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/gu;

/**
 * Divides it as Nagios 4 does (reference: Monitoring Plugins guidelines, "Plugin Output for Nagios";
 * base/checks.c, parse_check_output), but for `;`, which stays what it is. Total: any text has an answer.
 */
export function splitPluginText(text: string): PluginText {
  const plain = text.replaceAll(/\r(?=\n|$)/gu, '').replaceAll(CONTROL, '\u{fffd}');
  const [first = '', ...more] = withoutOuterBreaks(plain).split('\n');
  const [output, data] = atPipe(first);
  const pipe = more.findIndex((line) => line.includes('|'));
  const long = pipe < 0 ? more : more.slice(0, pipe);
  const performance = [data];
  if (pipe >= 0) {
    const [before, after] = atPipe(more[pipe] ?? '');
    long.push(before);
    performance.push(after, ...more.slice(pipe + 1));
  }
  return {
    output: output.trim() || (first.includes('|') ? '' : NOTHING),
    longOutput: long.join('\n'),
    performance: performance
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join(' '),
  };
}

/** Not by a pattern: `\n+$` tries every part of every run of breaks (65 000 of them: 4 s). */
function withoutOuterBreaks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charAt(start) === '\n') start += 1;
  while (end > start && text.charAt(end - 1) === '\n') end -= 1;
  return text.slice(start, end);
}

function atPipe(line: string): [before: string, after: string] {
  const at = line.indexOf('|');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
