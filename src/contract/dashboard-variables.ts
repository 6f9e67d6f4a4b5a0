/** What `$cluster`, `$host` and `$role` in a dashboard's patterns stand for; server and page read them alike. */

/** A pattern's own escapes, so that `\$` stays a dollar sign, or a variable. */
const TOKEN = /\\[^]|\$([A-Za-z_]\w*)/gu;

/** Names of the variables in a pattern, as they are written. */
export function variablesIn(pattern: string): string[] {
  return [...pattern.matchAll(TOKEN)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/**
 * The pattern with each variable replaced by the regular expression that it stands for: `choicePattern` of
 * what was chosen.
 */
export function fillVariables(pattern: string, standsFor: (name: string) => string): string {
  return pattern.replaceAll(TOKEN, (whole, name: string | undefined) => {
    if (name === undefined) return whole;
    const value = standsFor(name);
    // In a group, so that a choice between names stays one beside what else is written.
    return whole === pattern ? value : `(?:${value})`;
  });
}

/** A variable's choice as a regular expression: the one name, or for all ('') those that may be chosen. */
export function choicePattern(variable: { readonly pattern: string }, chosen: string): string {
  return chosen === '' ? variable.pattern : chosen.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
}
