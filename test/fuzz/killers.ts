import { vectorNames, vectorText } from '../wire/vector-files.ts';

export interface Killer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const TOKEN = /"([^"]*)"|(\()|\)\*(\d+)|((?:[\da-fA-F]{2})+)(?![\da-fA-F])|\s+/uy;

/** The inputs of test/vectors/fuzz that are known to have felled a receiver; its README has the notation. */
export function killers(): Killer[] {
  const found: Killer[] = [];
  for (const file of vectorNames('fuzz', /\.txt$/u)) {
    for (const line of vectorText(`fuzz/${file}`).split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [, name = '', notation = ''] = /^([^:]+):(.*)$/u.exec(line) ?? [];
      if (name === '') throw new Error(`${file}: no name in ${JSON.stringify(line)}`);
      found.push({ name: `${file.replace('.txt', '')}: ${name}`, bytes: bytesOf(notation) });
    }
  }
  return found;
}

/** Hex, "text" and `( … )*N`. */
export function bytesOf(notation: string): Uint8Array {
  const groups: number[][] = [[]];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < notation.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(notation);
    if (token === null) throw new Error(`not understood: ${notation.slice(at)}`);
    const [, text, opening, times, hex] = token;
    if (opening !== undefined) groups.push([]);
    else if (times === undefined)
      groups.at(-1)?.push(...Buffer.from(hex ?? text ?? '', hex ? 'hex' : 'utf8'));
    else {
      const repeated = groups.pop() ?? [];
      const around = groups.at(-1);
      if (around === undefined) throw new Error(`a bracket too many: ${notation}`);
      for (let n = 0; n < Number(times); n += 1) around.push(...repeated);
    }
  }
  const [bytes, open] = groups;
  if (bytes === undefined || open !== undefined) throw new Error(`a bracket too few: ${notation}`);
  return Uint8Array.from(bytes);
}
