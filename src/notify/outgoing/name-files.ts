/** What the system's own files say of names: /etc/hosts and /etc/resolv.conf, as texts. */

/** Addresses of a name; `localhost` and what is below it are the loopback, written or not (RFC 6761, 6.3). */
export function addressesInHosts(text: string, name: string): string[] {
  const wanted = name.toLowerCase();
  const found = linesOf(text).flatMap(([address = '', ...names]) => {
    return names.some((other) => other.toLowerCase() === wanted) ? [address] : [];
  });
  if (found.length > 0) return found;
  return wanted === 'localhost' || wanted.endsWith('.localhost') ? ['127.0.0.1', '::1'] : [];
}

/**
 * The names to ask for in turn, as resolv.conf(5) has it: a short name is looked for in the domains first.
 */
export function namesToAsk(text: string, name: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  let domains: readonly string[] = [];
  let dots = 1;
  for (const [key = '', ...values] of linesOf(text)) {
    if (key === 'search' || key === 'domain') domains = values.slice(0, DOMAINS_MAX);
    if (key !== 'options') continue;
    const said = values.flatMap((value) => /^ndots:(\d{1,2})$/u.exec(value)?.[1] ?? []).at(-1);
    if (said !== undefined) dots = Number(said);
  }
  const below = domains.map((domain) => `${name}.${domain.replace(/\.$/u, '')}`);
  const isLong = name.split('.').length - 1 >= dots;
  return isLong ? [name, ...below] : [...below, name];
}

const DOMAINS_MAX = 6;

function linesOf(text: string): string[][] {
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*$/u, '')
      .trim()
      .split(/\s+/u),
  );
}
