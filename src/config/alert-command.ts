import { notRunnable } from './check-plugins.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

/** What is wrong with a text's placeholders, in words that follow its name; undefined: nothing is. */
type TemplateFault = (text: string) => string | undefined;

/** A program and its arguments, as they are handed to it. There is no shell. Arguments are never quoted. */
export function commandOf(
  line: readonly Located<string>[],
  faultOf: TemplateFault,
  reading: Reading,
): string[] {
  const [program, ...rest] = line;
  if (program === undefined) return [];
  reportProgram(program, rest.length, reading);
  for (const argument of rest) reportTemplate('the argument', argument, faultOf, reading);
  return line.map(({ value }) => value);
}

function reportProgram({ value, offset }: Located<string>, args: number, reading: Reading): void {
  if (value.includes('{{')) {
    reading.fault(offset, 'the program itself has a placeholder', {
      expected: 'a fixed path; what is filled in can only be an argument',
    });
  } else if (args === 0 && /\s/.test(value)) {
    reading.fault(offset, 'a program and its arguments in one text', {
      expected: 'a list: [/path/of/program, argument, …]; there is no shell',
    });
  } else if (!value.startsWith('/')) {
    reading.fault(offset, `${reading.quote(value, offset)} is not an absolute path`, {
      expected: 'a list such as [/usr/local/bin/tell, "{{host}}"]',
    });
  } else {
    const fault = notRunnable(value);
    if (fault !== undefined) reading.warn(offset, `${reading.quote(value, offset)} ${fault}`);
  }
}

/** A text in which placeholders are filled in. */
export function reportTemplate(
  what: string,
  { value, offset }: Located<string>,
  faultOf: TemplateFault,
  reading: Reading,
): void {
  const fault = faultOf(value);
  if (fault !== undefined) reading.fault(offset, `${what} ${fault}`);
}
