import { accessSync, constants, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { clustersIn } from '../ingest/journal/clusters.ts';
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
   * now, the journals of those that are gone go to the others, whole: a group's points stay together. Where
   * nothing was left that can be read, the journals themselves tell whose points they have. Throws a
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
    const said = readOwners(this.#file);
    const owners = [...(said ?? ownersIn(directory, workers))];
    this.#owners = new Map(owners.map(([group, worker]) => [group, worker % workers]));
    // With more workers again, they are where they are now.
    if (owners.some(([group, worker]) => worker >= workers || !said?.has(group))) this.#write(this.#owners);
  }

  ownerOf(group: string): number | undefined {
    return this.#owners.get(group);
  }

  /**
   * Keeps who owns what, before the groups' first points are taken. A group that is not running stays where
   * it was: its points may be in that journal. Answers why they cannot be kept; undefined: they are.
   */
  keep(owners: ReadonlyMap<string, number>): string | undefined {
    const next = new Map([...this.#owners, ...owners]);
    const same = next.size === this.#owners.size && [...next].every(([g, w]) => this.#owners.get(g) === w);
    if (same) return undefined;
    try {
      this.#write(next);
    } catch (error) {
      return `${this.#file} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.#owners = next;
    return undefined;
  }

  #write(owners: ReadonlyMap<string, number>): void {
    writeWhole(this.#file, `${JSON.stringify([...owners])}\n`);
  }
}

/** Undefined: it is missing, or says nothing that makes sense. */
function readOwners(file: string): Map<string, number> | undefined {
  try {
    const said: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(said)) return undefined;
    const owners = new Map(
      said.flatMap((pair: unknown): [string, number][] => {
        const [group, worker] = Array.isArray(pair) ? (pair as unknown[]) : [];
        const isOne = typeof group === 'string' && Number.isSafeInteger(worker) && Number(worker) >= 0;
        return isOne ? [[group, Number(worker)]] : [];
      }),
    );
    return owners.size > 0 ? owners : undefined;
  } catch {
    return undefined;
  }
}

/** The owners as the segments tell; of two that have a group's points, the one that had them last. */
function ownersIn(directory: string, workers: number): Map<string, number> {
  const owners = new Map<string, number>();
  const newest = new Map<string, number>();
  for (let worker = 0; worker < workers; worker += 1) {
    for (const [group, id] of clustersIn(join(directory, String(worker)))) {
      if (id < (newest.get(group) ?? 0)) continue;
      newest.set(group, id);
      owners.set(group, worker);
    }
  }
  return owners;
}

/** Makes the directories of `workers`, which have to be usable, and moves the segments of all others there. */
function gather(directory: string, workers: number): void {
  for (let worker = 0; worker < workers; worker += 1) {
    mkdirSync(join(directory, String(worker)), { recursive: true, mode: 0o700 });
    accessSync(join(directory, String(worker)), constants.R_OK | constants.W_OK | constants.X_OK);
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
