import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../ops/start-error.ts';
import { writeWhole } from '../ops/whole-file.ts';

const FILE = 'page-links.key';
const SECRET_BYTES = 32;

/**
 * What the links of pages are signed with: made at the first start, in a file that nobody else may read.
 * Without the file new links are made with another one, and those sent before are worth nothing.
 */
export function linkSecret(dataDir: string): Uint8Array {
  const file = join(dataDir, FILE);
  const known = secretIn(file);
  if (known !== null) return known;
  const secret = randomBytes(SECRET_BYTES);
  writeWhole(file, `${secret.toString('hex')}\n`);
  return secret;
}

/** Null: there is none. */
function secretIn(file: string): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  if (!/^[0-9a-f]+$/u.test(text) || text.length !== 2 * SECRET_BYTES) throw faultOf(file);
  return Buffer.from(text, 'hex');
}

function faultOf(file: string): StartError {
  return new StartError(
    `${file} is not the secret of ${SECRET_BYTES} bytes that links are signed with`,
    'restore it from a backup, or remove it: links in pages that were sent stop working, new ones work',
  );
}
