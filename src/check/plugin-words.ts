import { PLUGIN_ERROR_BYTES_MAX, PLUGIN_OUTPUT_BYTES_MAX } from '../limits.ts';
import { spanWords } from '../model/duration.ts';
import type { PluginOutcome } from '../model/check-result.ts';

type Ran = Pick<PluginOutcome, 'end' | 'code' | 'output' | 'detail'>;

/** The text of a plugin's run, as a plugin would have written it: what it said, or why that is no verdict. */
export function pluginText(ran: Ran, timeoutMs: number): string {
  switch (ran.end) {
    case 'exited':
      return exitedText(ran);
    case 'killed':
      return withSaid(`the plugin was ended by ${ran.detail || 'a signal'}`, ran);
    case 'timeout':
      return withSaid(`the plugin gave no answer within ${spanWords(timeoutMs)} and was ended`, ran);
    case 'flooded':
      return withSaid(`the plugin wrote more than ${floodWords(ran)} and was cut off`, ran);
    case 'left-children':
      return withSaid('the plugin left processes behind, which were ended', ran);
    case 'not-started':
    case 'refused':
      return `the plugin was not run: ${ran.detail}`;
  }
}

/** Which of the two it wrote too much to. */
function floodWords({ output }: Ran): string {
  if (Buffer.byteLength(output) >= PLUGIN_OUTPUT_BYTES_MAX) return `${PLUGIN_OUTPUT_BYTES_MAX / 1024} KiB`;
  return `${PLUGIN_ERROR_BYTES_MAX / 1024 / 1024} MiB of errors`;
}

function exitedText(ran: Ran): string {
  if (ran.code < 0 || ran.code > 3) {
    return withSaid(`the plugin ended with exit status ${ran.code}, which is none of 0 to 3`, ran);
  }
  if (ran.output.trim() !== '' || ran.detail === '') return ran.output;
  return `(No output on stdout) stderr: ${ran.detail.replaceAll('|', ' ')}`;
}

/** The reason, and the first line of what there was to read: it may say more. */
function withSaid(reason: string, { output, detail, end }: Ran): string {
  const [line = ''] = output.trim().split('\n', 1);
  const [said = ''] = line.split('|', 1);
  const words = (said || (end === 'killed' ? '' : detail)).replaceAll('|', ' ').trim().slice(0, 200);
  return words === '' ? reason : `${reason}: ${words}`;
}
