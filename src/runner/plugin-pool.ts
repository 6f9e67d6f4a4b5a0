import { PLUGINS_WAITING_MAX } from '../limits.ts';
import type { PluginOutcome, PluginRun } from '../model/check-result.ts';
import type { ProcessEnd, StartedPlugin } from './plugin-process.ts';
import type { RunnerFigures } from '../contract/stats.ts';

/** Nobody asks for a start that is further ahead; a clock that is set back must not make one wait for it. */
const AHEAD_MS_MAX = 60_000;

export interface PluginPoolOptions {
  readonly atOnce: number;
  /** Epoch ms, for what is told; what is waited for goes by a clock that is never set. */
  readonly nowMs: () => number;
  readonly ended: (outcome: PluginOutcome) => void;
  readonly ticksMs?: () => number;
  readonly start: (command: readonly string[], timeoutMs: number) => StartedPlugin;
}

interface Waiting {
  readonly run: PluginRun;
  readonly dueTicks: number;
}

/**
 * Runs plugins, so many at once, none before its time; the others wait in the order in which they are due.
 */
export class PluginPool {
  #atOnce: number;
  readonly #o: Required<PluginPoolOptions>;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<StartedPlugin, Promise<void>>();
  /** Services of which a process is left that was told to end. */
  readonly #hanging = new Set<string>();
  readonly #runs = new Map<string, number>();
  #waitedMs = 0;
  #executionMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: PluginPoolOptions) {
    this.#o = { ticksMs: () => performance.now(), ...options };
    this.#atOnce = options.atOnce;
  }

  set atOnce(atOnce: number) {
    this.#atOnce = atOnce;
    this.#pump();
  }

  add(runs: readonly PluginRun[]): void {
    const { ticksMs, nowMs } = this.#o;
    const ticks = ticksMs();
    const now = nowMs();
    for (const run of runs) {
      const refusal = this.#refusal(run);
      if (refusal !== undefined) {
        this.#refuse(run, refusal, now);
        continue;
      }
      const aheadMs = Math.min(AHEAD_MS_MAX, Math.max(0, run.startMs - now));
      const dueTicks = ticks + aheadMs;
      // Turns come in their order: mostly its place is the last.
      const before = this.#waiting.findLastIndex((other) => other.dueTicks <= dueTicks);
      this.#waiting.splice(before + 1, 0, { run, dueTicks });
    }
    this.#pump();
  }

  figures(): Omit<RunnerFigures, 'doors'> {
    const first = this.#waiting[0];
    return {
      running: this.#running.size,
      waiting: this.#waiting.length,
      runs: [...this.#runs].map(([reason, count]) => ({ reason, count })),
      waitedMs: this.#waitedMs,
      executionMs: this.#executionMs,
      longestWaitMs: first ? Math.max(0, this.#o.ticksMs() - first.dueTicks) : 0,
    };
  }

  /** Ends every process; nobody is told what became of them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    for (const plugin of this.#running.keys()) plugin.kill();
    await Promise.all(this.#running.values());
  }

  #pump(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const ticks = this.#o.ticksMs();
    while (this.#running.size < this.#atOnce && (this.#waiting[0]?.dueTicks ?? Infinity) <= ticks) {
      const next = this.#waiting.shift();
      if (next) this.#start(next);
    }
    const next = this.#waiting[0];
    if (!next || this.#running.size >= this.#atOnce) return;
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, next.dueTicks - ticks));
  }

  #start({ run, dueTicks }: Waiting): void {
    const { start, nowMs, ticksMs } = this.#o;
    const startTicks = ticksMs();
    const startedMs = nowMs();
    const plugin = start(run.command, run.timeoutMs);
    const key = keyOf(run);
    this.#hanging.add(key);
    void plugin.gone.then(() => this.#hanging.delete(key));
    const latencyMs = startTicks - dueTicks;
    const ended = plugin.ended.then((end) => {
      this.#running.delete(plugin);
      const executionMs = ticksMs() - startTicks;
      this.#waitedMs += latencyMs;
      this.#executionMs += executionMs;
      this.#tell(run, end, { startedMs, executionMs, latencyMs });
      this.#pump();
    });
    this.#running.set(plugin, ended);
  }

  /** Why it is not run, in words. A program that cannot be ended is not started again beside itself. */
  #refusal(run: PluginRun): string | undefined {
    if (this.#waiting.length >= PLUGINS_WAITING_MAX) return `${PLUGINS_WAITING_MAX} plugins wait already`;
    if (this.#hanging.has(keyOf(run))) return 'its last process hangs in the kernel and cannot be ended';
    return undefined;
  }

  #refuse(run: PluginRun, detail: string, nowMs: number): void {
    const end: ProcessEnd = { end: 'refused', code: -1, output: '', detail };
    this.#tell(run, end, { startedMs: nowMs, executionMs: 0, latencyMs: 0 });
  }

  #tell(
    { cluster, host, service, run }: PluginRun,
    end: ProcessEnd,
    times: Pick<PluginOutcome, 'startedMs' | 'executionMs' | 'latencyMs'>,
  ): void {
    this.#runs.set(end.end, (this.#runs.get(end.end) ?? 0) + 1);
    if (!this.#stopped) this.#o.ended({ cluster, host, service, run, ...end, ...times });
  }
}

function keyOf({ cluster, host, service }: PluginRun): string {
  return `${cluster}\0${host}\0${service}`;
}
