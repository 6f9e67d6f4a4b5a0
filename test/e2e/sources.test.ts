import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { encodeValue } from '../../src/wire/gmond/encode.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { HostView, SourcesAnswer, SourceView } from '../../src/contract/api.ts';

/** Sends a value of a host from an address of this machine. */
async function sendFrom(address: string, port: number, host: string, metric = 'users'): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const datagram = encodeValue({ host, name: metric, spoof: false }, { type: 'string', value: '7' });
  await new Promise<void>((done, fail) => {
    socket.send(datagram, port, '127.0.0.1', (error) => (error ? fail(error) : done()));
  });
  socket.close();
}

test('who sends is told, and a reload says at once who may', { timeout: 60_000 }, async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const muster = (keys: string) =>
    configure(
      place.dir,
      `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
store: { type: memory }
self_monitor: off
groups:
  - { name: web, listen: 127.0.0.1:${udp}${keys} }
checks: []
`,
    );
  await using server = await Server.start(muster(''), http);
  const sender = async (address: string): Promise<SourceView | undefined> =>
    (await server.get<SourcesAnswer>(`/api/v1/sources?group=web&address=${address}`)).sources[0];
  const seen = (address: string, packets: number) =>
    until(`${packets} packets of ${address}`, async () => {
      const found = await sender(address);
      return found?.packets === packets ? found : undefined;
    });

  await sendFrom('127.0.0.2', udp, 'web-1');
  await sendFrom('127.0.0.3', udp, 'web-2');
  expect(await seen('127.0.0.2', 1)).toMatchObject({ hosts: ['web-1'], values: 1, series: 1, refused: [] });
  expect(await seen('127.0.0.3', 1)).toMatchObject({ protocols: ['ganglia'], hosts: ['web-2'] });
  await until('both in /metrics', async () =>
    (await server.metric('muster_sources{group="web"}')) === 2 ? true : undefined,
  );

  let reloads = 0;
  const reload = async (keys: string) => {
    muster(keys);
    server.program.child.kill('SIGHUP');
    reloads += 1;
    const said = () => server.program.out.split('"reloaded').length - 1;
    await until('the reload', () => Promise.resolve(said() >= reloads || undefined));
  };
  await reload(', allow: 127.0.0.2, max_series_per_source: 1');
  await sendFrom('127.0.0.2', udp, 'web-1', 'logins');
  await sendFrom('127.0.0.3', udp, 'web-2');
  expect(await seen('127.0.0.2', 2)).toMatchObject({
    values: 1,
    refused: [{ what: 'value', reason: 'limit_series_per_source', count: 1 }],
  });
  expect((await seen('127.0.0.3', 2)).refused).toMatchObject([{ what: 'packet', reason: 'not-allowed' }]);

  // Two machines under one name.
  await reload('');
  for (let turn = 0; turn < 4; turn += 1) {
    await sendFrom('127.0.0.2', udp, 'web-3');
    await sendFrom('127.0.0.3', udp, 'web-3');
  }
  const conflict = await until('the conflict', async () => {
    const hosts = await server.get<HostView[]>('/api/v1/hosts?q=web-3');
    return hosts[0]?.conflict ?? undefined;
  });
  expect(conflict).toContain('127.0.0.2 and 127.0.0.3 send under this name in turns');
  const { code, books } = await server.stop();
  expect([code, imbalance(books)]).toEqual([0, 0]);
});
