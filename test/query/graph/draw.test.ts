import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { drawGraph } from '../../../src/query/graph/draw.ts';
import { graphScript } from '../../../src/query/graph/script.ts';
import type { Picture } from '../../../src/query/graph/script.ts';

const times = Array.from({ length: 10 }, (_, i) => 1_795_180_020 + i * 60);
const PICTURE: Picture = {
  times,
  values: times.map((_, i) => i),
  title: 'web-1: load',
  warning: '',
  critical: '',
};
const patient = AbortSignal.timeout(20_000);

describe('what rrdtool reads', () => {
  test('a file of its own, its points, a picture', () => {
    const lines = graphScript({ ...PICTURE, values: [1, Number.NaN, Infinity] }).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      'create graph.rrd --start 1795179960 --step 60 DS:v:GAUGE:120:U:U RRA:AVERAGE:0.5:1:11',
    );
    expect(lines[1]).toMatch(/^update graph\.rrd 1795180020:1 1795180080:U 1795180140:U /u);
    expect(lines[2]).toMatch(/^graph graph\.png .*--title=web-1: load/u);
  });

  test.for([
    { range: '8', bounds: [8] },
    { range: '10:', bounds: [10] },
    { range: '~:-5.5', bounds: [-5.5] },
    { range: '@10:20', bounds: [10, 20] },
    { range: '0:8', bounds: [0, 8] },
    { range: '8 * cpu_num', bounds: [] },
    { range: '', bounds: [] },
  ])('a line for each bound of $range', ({ range, bounds }) => {
    const script = graphScript({ ...PICTURE, critical: range });
    const found = [...script.matchAll(/CDEF:c\d=v,UN,([^,]*),/gu)].map(([, bound]) => Number(bound));
    expect(found).toEqual(bounds);
  });

  test('a name makes no second line', () => {
    const script = graphScript({ ...PICTURE, title: 'a\nquit\r\u2028b' });
    expect(script.split(/[\n\r\u2028]/u)).toHaveLength(4);
  });
});

describe.skipIf(spawnSync('rrdtool').error !== undefined)('pictures (by rrdtool)', () => {
  test.for([
    { name: 'plain', title: 'web-1: load' },
    { name: 'quotes', title: `a'b"c` },
    { name: 'signs of rrdtool', title: 'a:b\\l %s %lf \\: DEF:x=y' },
    { name: 'an option', title: '--imgformat SVG -' },
    { name: 'other scripts', title: 'größe 日本 😀 \ud800' },
    { name: 'markup', title: '<b>x</b> & <span size="99999">' },
    { name: 'long', title: 'x'.repeat(5000) },
    { name: 'none', title: '' },
  ])('$name', async ({ title }) => {
    const png = await drawGraph({ ...PICTURE, title, warning: '~:3', critical: '@2:9' }, patient);
    expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  });

  test.for([
    { name: 'huge values', values: times.map((_, i) => i * 1e300) },
    { name: 'all the same', values: times.map(() => 0) },
    { name: 'one value', values: times.map((_, i) => (i === 5 ? 1 : Number.NaN)) },
  ])('$name', async ({ values }) => {
    expect((await drawGraph({ ...PICTURE, values }, patient)).length).toBeGreaterThan(1000);
  });

  test('no time: words, no picture', async () => {
    await expect(drawGraph(PICTURE, AbortSignal.abort())).rejects.toThrow('the graph took too long');
  });
});
