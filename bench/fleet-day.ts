/**
 * A day of a fleet that comes and goes, by a simulated clock: the server's own roster, lists and judge,
 * without sockets (test/sim). Instances register and send every 10 s; 400 are scaled in and replaced: half
 * deregister, half are only gone from a list that is read every 60 s and lags by up to 45 s. 20 die; some
 * reboot; hosts that nobody registered come for a moment; 60 % of a cluster are cut off for five minutes;
 * the judge begins anew. For an hour the list cannot be read: a quarter of the deaths are in it. Who is
 * scaled in during that hour, or within 4 min before it, deregisters; what becomes of those that do not is
 * told apart.
 *
 *   node_modules/.bin/node bench/fleet-day.ts [--instances 2000] [--hours 24] [--seed WORDS] [--save]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Day, LIMIT_MS } from '../test/sim/day.ts';
import { quantile, Report, table } from './report.ts';

const { values: given } = parseArgs({
  options: {
    instances: { type: 'string', default: '2000' },
    hours: { type: 'string', default: '24' },
    step: { type: 'string', default: '5' },
    seed: { type: 'string', default: 'a day' },
    save: { type: 'boolean', default: false },
  },
});

const plan = {
  seed: given.seed,
  instances: Number(given.instances),
  clusters: 8,
  hours: Number(given.hours),
  stepMs: Number(given.step) * 1000,
  scaleIns: 400,
  deaths: 20,
  reboots: 100,
  passing: 50,
  unheardOf: 10,
  listDownMs: 3_600_000,
};

const report = new Report('fleet-day');
const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
try {
  const begunMs = performance.now();
  const { deaths, falsePages, ended, unheardOf, cut, turns, turnMs, listReads } = await new Day(
    plan,
    join(folder, 'fleet.db'),
  ).live();
  const tookS = ((performance.now() - begunMs) / 1000).toFixed(0);
  const told = deaths.flatMap(({ afterMs }) => (afterMs === null ? [] : [afterMs / 1000]));
  const inTime = told.filter((afterS) => afterS <= 60);
  report.print(
    `${plan.instances} instances, ${plan.hours} h, a turn every ${given.step} s, seed "${plan.seed}"\n`,
  );
  const seconds = (of: number) => `${quantile(told, of).toFixed(0)} s`;
  report.print(
    table(
      ['', 'happened', 'paged', 'aim'],
      [
        ['scaled in, deregistered', String(ended.word), '', ''],
        ['scaled in, only gone from the list', String(ended.list), '', ''],
        ['false pages', '', String(falsePages.length), '0'],
        ['deaths', String(deaths.length), String(told.length), 'all'],
        [`... within 60 s after the limit of ${LIMIT_MS / 1000} s`, '', String(inTime.length), 'all'],
        ['part of a cluster cut off: as one problem', '1', String(cut.asOne), '1'],
        ['... single hosts of it', '', String(cut.single), '0'],
        ['ended without a word while the list fails', String(unheardOf.ended), String(unheardOf.paged), ''],
        ['... closed when it is read again', '', String(unheardOf.closed), ''],
      ],
    ),
  );
  report.print(
    `a death is told of ${seconds(0.5)} (median), ${seconds(1)} (at most) after its silence limit`,
  );
  report.print(
    `${turns} turns of the judge, ${turnMs.toFixed(2)} ms of CPU each; ${listReads} reads of the list`,
  );
  report.print(`lived in ${tookS} s`);
  for (const page of falsePages) report.print(`false: ${page}`);
  report.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
