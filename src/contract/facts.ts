import Type from 'typebox';
import type { Static } from 'typebox';

/** Facts by which hosts are chosen, alike in checks, dashboards, calls of the API and the page. */

/** A fact of the host, and the regular expression that its whole value has to match. */
export const FactPattern = Type.Object({ fact: Type.String(), pattern: Type.String() });
export type FactPattern = Readonly<Static<typeof FactPattern>>;

/** `fact=NAME:PATTERN` of an address, without `fact=`: `aws\:autoscaling\:groupName:web-.*`. */
export function writeFact({ fact, pattern }: FactPattern): string {
  return `${fact.replaceAll(/[\\:]/gu, String.raw`\$&`)}:${pattern}`;
}

/**
 * The name ends at the first colon; one of its own is written `\:`, and a backslash `\\`. Null: there is none,
 * or nothing before it.
 */
export function readFact(text: string): FactPattern | null {
  const name = /^(?:\\[^]|[^\\:])+(?=:)/u.exec(text)?.[0];
  if (name === undefined) return null;
  return { fact: name.replaceAll(/\\([^])/gu, '$1'), pattern: text.slice(name.length + 1) };
}
