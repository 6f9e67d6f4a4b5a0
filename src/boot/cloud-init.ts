import { TOKEN_FILE } from './instance-program.ts';
import { commentText } from './quote.ts';
import { shellScript } from './shell-script.ts';
import type { BootWish } from './boot-script.ts';

/** Where cloud-init lays the script. */
const SCRIPT_FILE = '/var/lib/muster/boot.sh';

/**
 * User data for cloud-init: it writes the script, and the token where it is embedded, and runs the script. At
 * most USER_DATA_BYTES_MAX, held by a test.
 */
export function cloudInit(wish: BootWish): string {
  const token = wish.token === null ? '' : fileEntry(TOKEN_FILE, '0600', `${wish.token}\n`);
  return `#cloud-config
# Muster: this instance registers in the group ${commentText(wish.group)}, and says when it leaves.
write_files:
${token}${fileEntry(SCRIPT_FILE, '0700', terse(shellScript({ ...wish, token: null })))}runcmd:
- [sh, ${SCRIPT_FILE}]
`;
}

/** Without its comments: user data is short of room, and the same script by `format=sh` has them. */
function terse(script: string): string {
  return script.replaceAll(/^ *#(?!!).*\n/gmu, '');
}

/** A block scalar keeps the text as it is, indented. */
function fileEntry(path: string, mode: string, text: string): string {
  const block = text.replaceAll(/^(?=.)/gmu, '   ');
  return `- path: ${path}\n  permissions: '${mode}'\n  content: |\n${block}`;
}
