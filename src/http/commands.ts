import { CommandsAnswer, CommandsBody } from '../contract/api.ts';
import { cureOf } from '../contract/reasons.ts';
import { RESULTS_BODY_BYTES_MAX } from '../limits.ts';
import { identityOf, noteChange } from './audit.ts';
import { Hourly } from './hourly.ts';
import { reporterOf } from './report-results.ts';
import { answers, NO_QUERY } from './route.ts';
import { runCommands } from './run-commands.ts';
import type { Change } from './audit.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Reported } from './report-results.ts';
import type { Resources } from './route.ts';

/** Nagios' external commands, as scripts write them into its command file: JSON, or a line of text each. */
export function commandRoutes(app: FastifyInstance, { ports }: Resources): void {
  const hourly = new Hourly();
  void app.register((intake, _options, done) => {
    intake.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, text, parsed) =>
      parsed(null, { commands: String(text).split('\n') }),
    );
    intake.post<{ Body: CommandsBody }>(
      '/api/v1/commands',
      {
        bodyLimit: RESULTS_BODY_BYTES_MAX,
        schema: { querystring: NO_QUERY, body: CommandsBody, response: answers(CommandsAnswer) },
      },
      (request) => obey(ports, request, hourly),
    );
    done();
  });
}

async function obey(
  ports: HttpPorts,
  request: FastifyRequest<{ Body: CommandsBody }>,
  hourly: Hourly,
): Promise<CommandsAnswer> {
  const { clock, audit } = ports;
  const lines = [...request.body.commands.entries()].filter(([, line]) => line.trim() !== '');
  const { kind, name } = identityOf(request);
  const by = {
    door: 'command',
    from: reporterOf(request),
    cluster: '',
    nowMs: clock.nowMs(),
    author: kind === 'open' ? null : name,
    mayDecide: true,
    decided: (change: Change) => noteChange(audit, request, change),
  } as const;
  const outcomes = await runCommands(
    ports,
    lines.map(([, line]) => line),
    by,
  );
  const taken = outcomes.filter(({ ok }) => ok).length;
  if (taken > 0 && hourly.isDue(identityOf(request).name, clock.nowMs())) {
    const detail = `${taken} taken; noted once an hour`;
    noteChange(audit, request, { action: 'external commands', subject: 'services', detail });
  }
  return {
    taken,
    refused: outcomes.length - taken,
    outcomes: outcomes.map((outcome, i) => ({ line: (lines[i]?.[0] ?? 0) + 1, ...shown(outcome) })),
  };
}

function shown(outcome: Reported): Omit<CommandsAnswer['outcomes'][number], 'line'> {
  if (!outcome.ok) {
    const { reason, about } = outcome;
    return { ok: false, about, reason, cure: cureOf(reason) };
  }
  const { cluster, host, service } = outcome.key;
  const about = [cluster, host, service].filter((name) => name !== '').join(' / ');
  return { ok: true, about, reason: '', cure: '' };
}
