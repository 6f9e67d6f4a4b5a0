import type { DashboardSources } from '../contract/config.ts';
import type { DashboardSummary, DashboardView } from '../contract/dashboard.ts';
import { DASHBOARD_FILES_MAX } from '../limits.ts';
import { DashboardFiles } from './dashboard-files.ts';
import { arrange, notesOf, summariesOf } from './dashboard-shelf.ts';
import type { DashboardNews, Shelf } from './dashboard-shelf.ts';
import { directoriesOf } from './dashboard-sources.ts';
import { displayPath } from './files.ts';
import { withoutDoubles } from './dashboards.ts';
import { DirectoryWatch } from './directory-watch.ts';
import type { DirectoryNews } from './directory-watch.ts';

export interface DashboardWatchOptions {
  /** Paths are shown from here. */
  readonly cwd: string;
  readonly clock: { nowMs(): number; every(periodMs: number, run: () => void): Disposable };
  readonly log: Record<'info' | 'error', (message: string) => void>;
  /** What the file system tells of by itself. */
  readonly news?: (changed: () => void) => DirectoryNews;
}

/** Not every file system tells of changes: they are looked for, too. */
const LOOK_MS = 2000;

/**
 * The dashboards as their files are, soon after each is saved. A broken file is told of once, and its last
 * good version stays.
 */
export class DashboardWatch implements Disposable {
  readonly #options: DashboardWatchOptions;
  readonly #files: DashboardFiles;
  readonly #news: DirectoryNews;
  readonly #looking: Disposable;
  #sources: DashboardSources = { directory: '', files: [], globs: [] };
  #shelf: Shelf = new Map();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = false;
  #leftOut = 0;
  #ended = false;

  /** Shows nothing until `use` has read the files. */
  constructor(options: DashboardWatchOptions) {
    this.#options = options;
    this.#files = new DashboardFiles((path) => displayPath(path, options.cwd));
    const { news = (changed) => new DirectoryWatch(changed) } = options;
    this.#news = news(() => void this.look());
    this.#looking = options.clock.every(LOOK_MS, () => void this.look());
  }

  /** Reads everything that changed at once, from these sources from now on; the changes in words. */
  async use(sources: DashboardSources): Promise<string[]> {
    this.#sources = sources;
    const news = await this.#inTurn(() => this.#read());
    return news.filter(({ kind }) => kind === 'change').map(({ words }) => words);
  }

  /** Takes what was saved meanwhile, and says so in the log. Never rejects. */
  async look(): Promise<void> {
    // One that has not begun will see what this one would.
    if (this.#waiting) return;
    this.#waiting = true;
    const news = await this.#inTurn(() => {
      this.#waiting = false;
      return this.#read(this.#options.clock.nowMs());
    });
    for (const { kind, words } of news) if (kind === 'change') this.#options.log.info(words);
  }

  list(): readonly DashboardSummary[] {
    return summariesOf(this.#shelf);
  }

  find(name: string): DashboardView | undefined {
    return this.#shelf.get(name);
  }

  /** What somebody should mend, in words. */
  notes(): string[] {
    const notes = notesOf(this.#shelf);
    if (this.#leftOut === 0) return notes;
    const found = this.#leftOut + DASHBOARD_FILES_MAX;
    return [...notes, `${found} files of dashboards; the first ${DASHBOARD_FILES_MAX} are shown`];
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#looking[Symbol.dispose]();
    this.#news[Symbol.dispose]();
  }

  async #read(settledMs?: number): Promise<readonly DashboardNews[]> {
    if (this.#ended) return [];
    this.#news.follow(directoriesOf(this.#sources));
    const { files, unsettled, leftOut } = await this.#files.scan(this.#sources, settledMs);
    this.#leftOut = leftOut;
    if (this.#ended) return [];
    if (unsettled) this.#news.remind();
    const { shelf, news } = arrange(this.#shelf, withoutDoubles(files));
    this.#shelf = shelf;
    for (const { kind, words } of news) if (kind === 'fault') this.#options.log.error(words);
    return news;
  }

  /** One after another: two at once could put an older state over a newer one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
