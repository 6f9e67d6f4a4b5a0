import { join } from 'node:path';
import type { StoreConfig } from '../contract/config.ts';
import type { StoreSection } from './keys.ts';
import type { Reading } from './reading.ts';
import { unreadable } from './files.ts';

type InfluxSection = StoreSection['values']['influxdb'];

/** The configured store; the sections of the others are read, and say nothing. */
export function storeOf(store: StoreSection, dataDir: string, reading: Reading): StoreConfig {
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
      reportTokenFile(influxdb, reading);
      return { type, url: bare(url), org, bucket, tokenFile, multivalue, integers };
    }
    case 'victoriametrics': {
      const { url, read_url: readUrl, multivalue, integers } = victoriametrics.values;
      return { type, url: bare(url), readUrl: bare(readUrl ?? url), multivalue, integers };
    }
  }
}

function reportTokenFile({ values, offsets, offset }: InfluxSection, reading: Reading): void {
  const { token_file: file } = values;
  const fault = file === null ? undefined : unreadable(file);
  if (file === null || fault === undefined) return;
  const at = offsets.get('token_file') ?? offset;
  reading.fault(at, `${reading.quote(file, at)} ${fault}`, { expected: 'a file that holds the token' });
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
