import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, 'results');

/**
 * A bench's output, under a description of the machine. Printed as it comes; with `--save` among the
 * program's arguments `close` also writes it to `bench/results/<name>.txt`, so that a bench that fails leaves
 * no file.
 */
export class Report {
  readonly #name: string;
  readonly #save: boolean;
  #text = '';

  /** `software`: versions that matter beside Linux's and Node's. */
  constructor(name: string, software: readonly string[] = []) {
    this.#name = name;
    this.#save = process.argv.includes('--save');
    this.print(`bench/${name}.ts, ${new Date().toISOString().slice(0, 10)}`);
    this.print(`${[machine(), ...software].join(', ')}\n`);
  }

  print(text: string): void {
    this.#text += `${text}\n`;
    process.stdout.write(`${text}\n`);
  }

  close(): void {
    if (!this.#save) return;
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `${this.#name}.txt`), this.#text);
  }
}

/** What the figures were measured on, and how busy it was with other work. */
function machine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = (loadavg()[0] ?? 0).toFixed(2);
  return (
    `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GiB, Linux ${release()}, ` +
    `Node ${process.version}, load ${load} at the start`
  );
}

/** Rows as an aligned table, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, c) => Math.max(h.length, ...rows.map((r) => (r[c] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((w) => '-'.repeat(w))), ...rows.map(line), ''].join('\n');
}

/** The smallest of `values` that at least `share` (0…1) of them do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
