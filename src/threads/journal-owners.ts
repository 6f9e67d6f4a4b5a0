import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../ops/start-error.ts';
import { writeWhole } from '../ops/whole-file.ts';

const OWNERS_FILE = 'owners.json';

/**
 * Which ingest worker's journal has a group's points. A group goes to that worker again after a restart, or
 * its newest points would be written before those that the journal still has.
 */
export class JournalOwners {
  readonly #file: string;
  #owners: Map<string, number>;

  /**
   * Reads what the last run left in `directory` (made where it is missing). Where there are fewer workers
   * now, the journals of those that are gone go to the others, whole: a group's points stay together. Throws a
   * StartError where the directory cannot be used.
   */
  constructor(directory: string, workers: number) {
    this.#file = join(directory, OWNERS_FILE);
    try {
      gather(directory, workers);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(
        `the journal's directory ${directory} cannot be used: ${why}`,
        'move away what is in its place, or mend its permissions',
      );
    }
    this.#owners = readOwners(this.#file);
    this.#owners = new Map([...this.#owners].map(([group, worker]) => [group, worker % workers]));
  }

  ownerOf(group: string): number | undefined {
    return this.#owners.get(group);
  }

  /**
   * Keeps who owns what, before the groups' first points are taken. A group that is not running stays where
   * it was: its points may be in that journal.
   */
  keep(owners: ReadonlyMap<string, number>): void {
    const next = new Map([...this.#owners, ...owners]);
    if (next.size === this.#owners.size && [...next].every(([g, w]) => this.#owners.get(g) === w)) return;
    this.#owners = next;
    writeWhole(this.#file, `${JSON.stringify([...next])}\n`);
  }
}

/** A file that cannot be read is as one that says nothing: groups go where the fewest are. */
function readOwners(file: string): Map<string, number> {
  try {
    const said: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(said)) return new Map();
    return new Map(
      said.flatMap((pair: unknown): [string, number][] => {
        const [group, worker] = Array.isArray(pair) ? (pair as unknown[]) : [];
        const isOne = typeof group === 'string' && Number.isSafeInteger(worker) && Number(worker) >= 0;
        return isOne ? [[group, Number(worker)]] : [];
      }),
    );
  } catch {
    return new Map();
  }
}

/** Makes the directories of `workers`, and moves the segments of all others there. */
function gather(directory: string, workers: number): void {
  for (let worker = 0; worker < workers; worker += 1) {
    mkdirSync(join(directory, String(worker)), { recursive: true, mode: 0o700 });
  }
  for (const gone of directoriesFrom(directory, workers)) {
    moveSegments(join(directory, String(gone)), join(directory, String(gone % workers)));
  }
}

function directoriesFrom(directory: string, workers: number): number[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d{1,4}$/.test(entry.name) && Number(entry.name) >= workers)
    .map(({ name }) => Number(name));
}

function moveSegments(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name.endsWith('.journal')) renameSync(join(from, name), join(to, name));
  }
  try {
    rmdirSync(from);
  } catch {
    // What was set aside there stays there.
  }
}
