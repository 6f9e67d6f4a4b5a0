const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Handed on where our own environment has them. */
const HANDED_ON = ['PATH', 'HOME', 'USER', 'TZ', 'TMPDIR'];

/**
 * What a plugin finds in its environment: where programs and its user are, the language its numbers are
 * written in, and nothing else, as ours may hold secrets.
 */
export function environment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const handed = HANDED_ON.flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { PATH, ...Object.fromEntries(handed), LANG: 'C', LC_ALL: 'C' };
}
