import { describe, expect, test } from 'vitest';
import { harness, RULES } from './harness.ts';
import { gmetric } from './messages.ts';

describe('recognition and rules', () => {
  test.for([
    { name: 'noise', datagram: Buffer.from([1, 2, 3]), protocol: 'unknown', reason: 'unrecognised' },
    {
      name: 'legacy gmond',
      datagram: Buffer.from('0000001a00000001', 'hex'),
      protocol: 'ganglia',
      reason: 'legacy',
    },
  ])('counted with a reason: $name', ({ datagram, protocol, reason }) => {
    const { send, engine } = harness();
    send(datagram);
    expect(engine.books.packetsRejected.get('web', protocol, reason)).toBe(1);
  });

  test('a protocol the group does not accept', () => {
    const { send, engine } = harness({ rules: { accept: ['collectd', 'statsd'] } });
    send(gmetric('m', '1'));
    expect(engine.books.packetsRejected.get('web', 'ganglia', 'not-accepted')).toBe(1);
  });

  test('host names by reverse DNS: datagrams wait for the answer and come back in order', async () => {
    const { send, catalogue, names, absorb } = harness({ rules: { hostName: 'rdns' } });
    names.set('10.0.0.7', 'web-07.example.net');
    send(gmetric('m', '1'), '10.0.0.7');
    send(gmetric('m', '2'), '10.0.0.8');
    expect(catalogue.clusters.size).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    absorb();
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['web-07.example.net', '10.0.0.8']);
  });

  test('datagrams that wait for a name when the server stops are counted', async () => {
    const { send, engine } = harness({ rules: { hostName: 'rdns' }, deaf: true });
    send(gmetric('m', '1'), '10.0.0.7');
    send(gmetric('m', '2'), '10.0.0.7');
    await engine.stop(100);
    expect(engine.books.packetsRejected.get('web', 'unknown', 'shutdown')).toBe(2);
  });

  test('a name that is known stays when it cannot be asked for again', async () => {
    const { send, catalogue, names, absorb, clock } = harness({ rules: { hostName: 'rdns' } });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    names.set('10.0.0.7', 'web-07');
    send(gmetric('m', '1'), '10.0.0.7');
    await turn();
    absorb();
    names.delete('10.0.0.7');
    clock.nowMs += 7_200_000;
    send(gmetric('m', '2'), '10.0.0.7');
    await turn();
    send(gmetric('m', '3'), '10.0.0.7');
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['web-07']);
  });

  test('spoofing is denied where the group says so', () => {
    const trust = { ...RULES.trust, spoof: 'deny' } as const;
    const { send, engine } = harness({ rules: { trust } });
    send(gmetric('m', '1', { host: '10.0.0.1:a', spoof: true }));
    expect(engine.books.packetsRejected.get('web', 'ganglia', 'spoof-denied')).toBe(1);
  });
});
