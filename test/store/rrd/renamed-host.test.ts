import { expect, test } from 'vitest';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';

const T = 1_700_000_000;
const HURRY = { signal: new AbortController().signal, hurry: true };

test.for([
  { name: 'our own layout', adopted: false, file: 'web/web-1%7Ei-a/load/load.rrd' },
  { name: 'an adopted tree', adopted: true, file: 'web-1~i-a/load/load.rrd' },
])(
  'a host gets another name in $name: its points wait, then begin files of their own',
  async ({ adopted, file }) => {
    await using dir = await temporaryDirectory();
    let held = false;
    const counted: string[] = [];
    await using store = createRrdStore({
      dir: dir.path,
      workers: 2,
      now: () => 0,
      rrdDirs: new Map(adopted ? [['web', dir.path]] : []),
      isHeld: () => held,
      onCount: (what) => void counted.push(what),
    });
    const record = describe({ protocol: 'collectd', metric: 'load/load' });
    const put = (timeS: number, value: number) => store.put(batchOf([[record, [[timeS, value]]]]), HURRY);
    await put(T, 1);
    held = true;
    expect(await put(T + 10, 2)).toMatchObject([{ ok: false, retryable: true, reason: 'creating' }]);
    const renamed = store.rename?.({ cluster: 'web', from: 'web-1', to: 'web-1~i-a' });
    expect(await renamed).toBeUndefined();
    held = false;
    expect(await put(T + 10, 2)).toEqual([{ ok: true, lateThroughS: 0 }]);
    expect(await rrdtool(dir.path, 'last', file)).toBe(`${T}\n`);
    expect(await rrdtool(dir.path, 'last', file.replace(/(%7E|~)i-a/, ''))).toBe(`${T + 10}\n`);
    // Nobody is told that files were missing.
    expect(counted).toEqual([]);
  },
);
