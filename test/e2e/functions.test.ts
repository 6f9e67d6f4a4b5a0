import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from './server.ts';
import type { ServiceDetail, ServiceView } from '../../src/contract/api.ts';

// A whole server: what functions need of the past comes from the store, by way of the query worker.

const HOUR_S = 3600;
const DEFINITIONS = `services:
  - name: disk full
    metric: "influx/disk:used"
    forecast: { reaches: 100, history: 20m }
    critical: "5:"
    max_check_attempts: 1
  - name: as before
    metric: "influx/disk:used"
    compare: { before: 10m, window: 5m, as: difference }
    warning: "~:1"
    max_check_attempts: 1
  - name: share
    ratio: { of: "influx/disk:used", to: "influx/disk:all", percent: true }
  - name: all disks
    aggregate: { metric: "influx/disk:used", function: max, by: [cluster] }
    critical: "70"
`;

test('functions have their history at once, and aggregates their hosts', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  writeFileSync(join(place.dir, 'checks.yaml'), DEFINITIONS);
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
store: { type: memory }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, timestamps: { past: 1h } }]
checks: [checks.yaml]
`,
  );
  await using server = await Server.start(file, http);
  const nowS = Math.floor(Date.now() / 1000);
  // Grows by ten an hour, and is 60 now.
  const lines = Array.from({ length: 121 }, (_, i) => {
    const agoS = 1200 - i * 10;
    return [1, 2].map((n) => `disk,host=web-${n} used=${60 - (10 * agoS) / HOUR_S},all=120 ${nowS - agoS}`);
  });
  const written = await fetch(`${server.url}/write?db=web&precision=s`, {
    method: 'POST',
    body: lines.flat().join('\n'),
  });
  expect(written.status).toBe(204);

  const outputs = await until('all are judged', async () => {
    const services = await server.get<ServiceView[]>('/api/v1/services');
    const live = services.filter(({ host, kind }) => host !== 'web-2' && kind !== 'host');
    if (live.length < 4 || live.some(({ state }) => state === 'PENDING')) return undefined;
    return new Map(live.map(({ service, state, output }) => [service, `${state} ${output}`]));
  });
  expect(outputs.get('disk full')).toMatch(
    /^CRITICAL influx\/disk:used reaches 100 in (3\.9\d?|4(\.\d+)?) h · critical below 5 h$/,
  );
  expect(outputs.get('as before')).toMatch(
    /^WARNING influx\/disk:used over 5 min is 1\.[5-8]\d? above that of 10 min before \(.*\) · warning above 1$/,
  );
  expect(outputs.get('share')).toBe('OK influx/disk:used / influx/disk:all is 50 %');
  expect(outputs.get('all disks')).toBe('OK max of influx/disk:used over 2 hosts is 60');

  const detail = await server.get<ServiceDetail>('/api/v1/service?cluster=web&host=&service=all+disks');
  expect(detail).toMatchObject({ service: { kind: 'aggregate' }, metrics: ['influx/disk:used'] });
});
