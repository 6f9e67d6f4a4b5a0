/**
 * A piece of sh as it is written: a backslash stays one, and `$\{` stands for the `${` that a template would
 * take for its own.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(strings, ...values).replaceAll(String.raw`$\{`, () => '${');
}
