import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PURE, SRC_FOLDERS } from '../../oxlint.config.ts';
import { ROOT, filesBelow, findings } from './tree.ts';

const SOURCES = ['src', 'web', 'test', 'bench'].flatMap(filesBelow).filter((path) => /\.tsx?$/.test(path));
const OURS = [
  ...SOURCES,
  ...filesBelow('script'),
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

describe('names', () => {
  test('the folders of src are those the layers name', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map((entry) => entry.name).filter((name) => !SRC_FOLDERS.includes(name))).toEqual([]);
  });

  test('files and folders are kebab-case', () => {
    const odd = SOURCES.filter(
      (path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+([.-][a-z0-9]+)*\.tsx?$/.test(path),
    );
    expect(odd).toEqual([]);
  });

  test('no file or folder has a name that says nothing', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|managers?|misc|shared|lib)(?=[/.-])/;
    expect(SOURCES.filter((path) => vague.test(path))).toEqual([]);
  });

  test('no barrels', () => {
    expect(SOURCES.filter((path) => basename(path) === 'index.ts' || basename(path) === 'index.tsx')).toEqual(
      [],
    );
  });
});

describe('lines', () => {
  // The formatter breaks code; it cannot break a long text, a table's row or a directive, nor captured
  // output.
  const unbreakable = /(['"`“]).{30,}|^\s*\* \||oxlint-disable|^\s*\/[^/*]/;

  test('are at most 110 characters', () => {
    const code = SOURCES.filter((path) => !path.startsWith('test/'));
    expect(findings(code, (line) => line.length > 110 && !unbreakable.test(line))).toEqual([]);
  });

  // Each word is written in two parts, so that this file does not find itself.
  test.for([
    { name: 'no open ends', word: /\b(TO[D]O|FIX[M]E|XX[X])\b/ },
    { name: 'no check is switched off for a file', word: /@ts-(ignor[e]|nochec[k])/ },
    { name: 'no markup from strings', word: /(inne[r]HTML|dangerouslySe[t]InnerHTML)/ },
    { name: 'no paths of one machine', word: /(^|["'\s(])\/(wor[k]|roo[t]|hom[e])\// },
  ])('$name', ({ word }) => {
    expect(findings(OURS, (line) => word.test(line))).toEqual([]);
  });

  test('no test is focused or skipped', () => {
    const tests = SOURCES.filter((path) => path.startsWith('test/'));
    expect(findings(tests, (line) => /\b(test|it|describe)\.(only|skip|todo)\b/.test(line))).toEqual([]);
  });

  test('pure folders read no clock and no dice', () => {
    const pure = SOURCES.filter((path) => PURE.some((folder) => path.startsWith(`src/${folder}/`)));
    expect(pure.length).toBeGreaterThan(0);
    expect(
      findings(pure, (line) => /\b(Date\.now|Math\.random|performance\.now)\(|new Date\(\)/.test(line)),
    ).toEqual([]);
  });
});
