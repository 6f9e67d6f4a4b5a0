import { join } from 'node:path';
import type { StoreConfig } from '../contract/config.ts';
import type { StoreSection } from './keys.ts';

/** The configured store; the sections of the others are read, and say nothing. */
export function storeOf(store: StoreSection, dataDir: string): StoreConfig {
  const { type, rrd, influxdb, victoriametrics } = store.values;
  switch (type) {
    case 'memory':
      return { type };
    case 'rrd': {
      const { dir, workers, archives, summary_info: summaryInfo } = rrd.values;
      return { type, dir: dir ?? join(dataDir, 'rrd'), workers, archives, summaryInfo };
    }
    case 'influxdb': {
      const { url, org, bucket, token_file: tokenFile, multivalue, integers } = influxdb.values;
      return { type, url: bare(url), org, bucket, tokenFile, multivalue, integers };
    }
    case 'victoriametrics': {
      const { url, read_url: readUrl, multivalue, integers } = victoriametrics.values;
      return { type, url: bare(url), readUrl: bare(readUrl ?? url), multivalue, integers };
    }
  }
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
