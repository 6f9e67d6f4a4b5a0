import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { formatAddress, reachableAddress } from '../config/listeners.ts';
import { EXIT } from '../ops/exit.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { failed, loadSettings } from './settings.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Command } from './command.ts';

const ANSWER_WITHIN_MS = 5000;
const ANSWER_CHARS_MAX = 10_000;

/** For container engines and supervisors: no curl, no second place that knows address, port and TLS. */
export const health: Command = {
  name: 'health',
  summary: 'asks the running server whether it is ready',
  usage: `Usage: muster health [--config FILE]

Asks the server of this machine whether it is ready, at http.listen of the configuration, over TLS
where it has one. Silent when it is.

  --config FILE   the configuration (default: muster.yaml)

Exit code: 0 ready, 1 not ready or no answer, 2 wrong usage.
`,
  async run(args, context) {
    const read = readArguments(args, { flags: { config: 'string' } });
    if (!read.ok) return usageFault('health', read.fault, context);
    const http = loadSettings(textFlag(read.flags, 'config'), context)?.http;
    if (http === undefined) return EXIT.failed;
    try {
      const { status, text } = await ask(http);
      return status === 200 ? EXIT.done : failed(`not ready: ${text}`, context);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return failed(`no answer at ${formatAddress(http.listen)}: ${why}`, context);
    }
  },
};

function ask({ listen, tls }: MusterConfig['http']): Promise<{ status: number | undefined; text: string }> {
  const options = {
    host: reachableAddress(listen.address),
    port: listen.port,
    path: '/readyz',
    agent: false,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  };
  return new Promise((resolve, reject) => {
    // Nothing secret is sent, and the certificate names the public address rather than this one.
    const asked = tls === null ? request(options) : requestTls({ ...options, rejectUnauthorized: false });
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text = (text + chunk).slice(0, ANSWER_CHARS_MAX)));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode, text }));
    });
    asked.end();
  });
}
