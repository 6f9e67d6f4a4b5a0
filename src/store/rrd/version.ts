import { execa } from 'execa';

const CURE = 'install it: sudo apt-get install rrdtool';
const ANSWER_WITHIN_MS = 5000;
/** `--skip-past-updates` and `tune --data-source-type` both exist from here on. */
const OLDEST = { major: 1, minor: 5 };

/** Whether a usable rrdtool is installed; the cure is a sentence for the person who starts the server. */
export async function rrdtoolVersion(): Promise<{ ok: true; version: string } | { ok: false; cure: string }> {
  const result = await execa('rrdtool', ['--version'], { reject: false, timeout: ANSWER_WITHIN_MS });
  if (result.code === 'ENOENT') return { ok: false, cure: `rrdtool is not installed; ${CURE}` };
  const [, version = '', major, minor] = /RRDtool ((\d+)\.(\d+)\S*)/.exec(result.stdout) ?? [];
  if (version === '') {
    return {
      ok: false,
      cure: `rrdtool does not run (${result.stderr || (result.shortMessage ?? '')}); ${CURE}`,
    };
  }
  const old =
    Number(major) < OLDEST.major || (Number(major) === OLDEST.major && Number(minor) < OLDEST.minor);
  if (old) return { ok: false, cure: `rrdtool ${version} is too old, 1.5 is needed; ${CURE}` };
  return { ok: true, version };
}
