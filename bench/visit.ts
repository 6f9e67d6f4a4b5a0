import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, CDPSession, Page, Response } from 'playwright-core';

export interface View {
  readonly name: string;
  readonly path: string;
  /** A selector: what has to be there for the view to be of use, */
  readonly wanted: string;
  /** and whether the page's mark is waited for, too: a heat map has colours. */
  readonly heat: boolean;
}

const VIEWPORT = { width: 1440, height: 900 };

/** Notes when a view is of use, from within, at the next frame: milliseconds since its address was asked. */
function observer({ wanted, heat }: View): string {
  return `globalThis.useful = new Promise((tell) => {
    const look = () => {
      const drawn = ${!heat} || performance.getEntriesByName('heat-drawn').length > 0;
      if (drawn && document.querySelector(${JSON.stringify(wanted)})) {
        requestAnimationFrame(() => tell(performance.now()));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })`;
}

/** A profile of its own, with nothing in its caches. */
export async function visit(browser: Browser, url: string, view: View): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: 'dark' });
  const page = await context.newPage();
  const scripts: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await page.addInitScript(observer(view));
  await page.goto(`${url}${view.path}`);
  const usefulMs = Number(await page.evaluate('globalThis.useful'));
  return new Visit(context, page, { usefulMs, scripts });
}

export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly usefulMs: number;
  readonly #context: BrowserContext;
  readonly #scripts: readonly Response[];

  constructor(
    context: BrowserContext,
    page: Page,
    seen: { readonly usefulMs: number; readonly scripts: readonly Response[] },
  ) {
    this.#context = context;
    this.page = page;
    this.usefulMs = seen.usefulMs;
    this.#scripts = seen.scripts;
  }

  /** Of the scripts loaded so far, each compressed as gzip does by default, bytes. */
  async scriptBytes(): Promise<number> {
    const bodies = await Promise.all(this.#scripts.map((response) => response.body()));
    return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  }

  /** The main thread's tasks over a while. */
  async tasks(browser: Browser, seconds: number): Promise<readonly Task[]> {
    await browser.startTracing(this.page, { categories: ['toplevel', '__metadata'] });
    await this.page.waitForTimeout(seconds * 1000);
    const text = (await browser.stopTracing()).toString();
    return mainThreadTasks((JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents);
  }

  /** What the page holds once everything that can go has gone. */
  async holdings(): Promise<Holdings> {
    const session: CDPSession = await this.#context.newCDPSession(this.page);
    await session.send('Performance.enable');
    // Twice: what a finaliser lets go is gone after the second.
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    await session.detach();
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { heapBytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

export interface Holdings {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export interface Task {
  /** Wall clock, from any beginning. */
  readonly startMs: number;
  /** Of this thread: what other programs take meanwhile does not count. */
  readonly cpuMs: number;
}

/** As Chromium's trace format has it: times in microseconds, `tdur` of the thread's own clock. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The busiest of the renderers' main threads is the page's: another one may stand by. */
function mainThreadTasks(events: readonly TraceEvent[]): readonly Task[] {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = events.filter(
    (event) => event.ph === 'X' && event.name.endsWith('RunTask') && main.has(threadOf(event)),
  );
  const busiest = [...Map.groupBy(tasks, threadOf).values()].toSorted((a, b) => b.length - a.length)[0];
  return (busiest ?? []).map(({ ts, tdur = 0 }) => ({ startMs: ts / 1000, cpuMs: tdur / 1000 }));
}
