import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { storeContract } from '../contract.ts';
import { temporaryDirectory } from './directory.ts';

storeContract(
  'rrd',
  async () => {
    const dir = await temporaryDirectory();
    return {
      open: () =>
        createRrdStore({ dir: dir.path, workers: 2, rrdDirs: new Map(), now: () => performance.now() }),
      close: () => dir[Symbol.asyncDispose](),
    };
  },
  true,
);
