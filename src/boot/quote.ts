/**
 * Text of others inside files that programs read. Each of these stands for a whole token, quotes included:
 * nothing that comes in gets out of it. Signs that do not print are left out, as no value of ours has any.
 */

/** A string of collectd.conf, where a backslash takes the next sign as it is. */
export function collectdText(text: string): string {
  return `"${printed(text).replaceAll(/[\\"]/gu, String.raw`\$&`)}"`;
}

/** A string of gmond.conf; `${…}` would be a variable of the environment there. */
export function gmondText(text: string): string {
  return `"${printed(text).replaceAll(/[\\"$]/gu, String.raw`\$&`)}"`;
}

/** One word of sh. */
export function shellText(text: string): string {
  return `'${printed(text).replaceAll("'", String.raw`'\''`)}'`;
}

/** A string of a Puppet manifest that interpolates nothing. */
export function puppetText(text: string): string {
  return `'${printed(text).replaceAll(/[\\']/gu, String.raw`\$&`)}'`;
}

/** What may stand behind `#` in any of them. */
export function commentText(text: string): string {
  return printed(text);
}

function printed(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '');
}
