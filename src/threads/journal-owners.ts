import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
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
   * now, the journals of those that are gone go to the others, whole: a group's points stay together.
   */
  constructor(directory: string, workers: number) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = join(directory, OWNERS_FILE);
    this.#owners = readOwners(this.#file);
    for (const gone of directoriesFrom(directory, workers)) {
      moveSegments(join(directory, String(gone)), join(directory, String(gone % workers)));
    }
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

function directoriesFrom(directory: string, workers: number): number[] {
  return readdirSync(directory)
    .filter((name) => /^\d{1,4}$/.test(name) && Number(name) >= workers)
    .map(Number);
}

function moveSegments(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(from)) {
    if (name.endsWith('.journal')) renameSync(join(from, name), join(to, name));
  }
  try {
    rmdirSync(from);
  } catch {
    // What was set aside there stays there.
  }
}
