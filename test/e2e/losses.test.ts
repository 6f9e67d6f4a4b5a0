import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { encodeCollectd } from '../../src/wire/collectd/encode.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { LossView, ServiceView, StatusView } from '../../src/contract/api.ts';

const HOST = { host: 'web-1', plugin: 'load', pluginInstance: '', type: 'gauge', typeInstance: '' };

/** More than the largest receive buffer holds of them. */
const FLOOD = 40_000;

/** An agent that counts what it sends. */
async function agentOn(port: number) {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let sent = 0;
  const send = async (value: number) => {
    const list = { ...HOST, timeS: Date.now() / 1000, intervalS: 10, kinds: [1], values: [value] };
    for (const datagram of encodeCollectd([list])) {
      await new Promise<void>((done, fail) => {
        socket.send(datagram, (error) => (error ? fail(error) : done()));
      });
      sent += 1;
    }
  };
  return { send, sent: () => sent, [Symbol.dispose]: () => socket.close() };
}

test('what the kernel drops is counted, a period, told by the checks, and kept over a restart', async () => {
  using place = scratch();
  const [http, udp, other] = [await freeTcpPort(), await freeUdpPort(), await freeUdpPort()];
  writeFileSync(
    join(place.dir, 'checks.yaml'),
    'services:\n  - { name: load, metric: load/gauge, critical: "8", freshness_threshold: 60s }\n',
  );
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
store: { type: memory }
self_monitor: off
groups:
  - { name: web, listen: ["127.0.0.1:${udp}", "127.0.0.2:${udp}"] }
  - { name: db, listen: 127.0.0.1:${other} }
checks: [checks.yaml]
`,
  );
  const fromS = Math.floor(Date.now() / 1000);
  let losses: LossView[] = [];
  {
    await using server = await Server.start(file, http);
    using agent = await agentOn(udp);
    const count = (name: string, labels = '') => server.metric(`muster_${name}_total{group="web"${labels}}`);
    // What the worker had no room for was not looked at.
    const received = async () =>
      (await count('packets_received', ',protocol="collectd"')) +
      (await count('packets_received', ',protocol="unknown"'));
    await agent.send(9.1);
    await until('the host', async () => ((await received()) === 1 ? true : undefined));
    expect(await server.get('/api/v1/losses')).toEqual([]);

    server.program.child.kill('SIGSTOP');
    for (let n = 0; n < FLOOD; n += 1) await agent.send(9.1);
    server.program.child.kill('SIGCONT');
    // What was in the buffer is read; then the counters stand still.
    const lost = await until('every datagram is accounted for', async () => {
      const drops = await count('kernel_drops');
      const here = await count('packets_rejected', ',protocol="unknown",reason="ring-full"');
      return drops > 0 && (await received()) + drops === agent.sent() ? drops + here : undefined;
    });
    expect(await server.metric('muster_kernel_drops_total{group="db"}')).toBe(0);

    losses = await until('the period', async () => {
      const found = await server.get<LossView[]>('/api/v1/losses?cluster=w.*&from=-5m');
      return found[0]?.packets === lost ? found : undefined;
    });
    expect(losses).toMatchObject([{ cluster: 'web' }]);
    expect(losses[0]?.reasons).toContain('kernel');
    expect(losses[0]?.from_ms).toBeGreaterThanOrEqual(fromS * 1000);
    expect(await server.get('/api/v1/losses?cluster=db')).toEqual([]);

    const output = await until('the check’s words', async () => {
      await agent.send(9.2);
      await delay(500);
      const [service] = await server.get<ServiceView[]>('/api/v1/services?cluster=web&problem=true');
      return service?.output.includes('lost') ? service.output : undefined;
    });
    expect(output).toMatch(
      /^load\/gauge is 9\.\d · critical above 8 \(web lost [\d ]+ datagrams from .* UTC: values may be missing\)$/u,
    );
    const { notes } = await server.get<StatusView>('/api/v1/status');
    expect(notes).toContainEqual(
      expect.stringMatching(/^web lost [\d ]+ of [\d ]+ datagrams .*: its receive buffer/u),
    );
    const { books } = await server.stop();
    expect(imbalance(books)).toBe(0);
  }
  await using again = await Server.start(file, http);
  expect(await again.get(`/api/v1/losses?from=${fromS}`)).toEqual(losses);
  expect(await again.metric('muster_kernel_drops_total{group="web"}')).toBe(0);
});
