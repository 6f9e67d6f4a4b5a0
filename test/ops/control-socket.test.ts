import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlClient } from '../../src/cli/control-client.ts';
import { CONTROL_LINE_BYTES_MAX } from '../../src/limits.ts';
import { controlPath } from '../../src/ops/control-path.ts';
import { openControlSocket } from '../../src/ops/control-socket.ts';
import { findings, list } from '../fleet/diagnosis/evidence.ts';
import type { FindingView } from '../../src/contract/instances.ts';
import type { ControlAnswer } from '../../src/ops/control-messages.ts';
import type { ControlDesk } from '../../src/ops/control-socket.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-control-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Holds at once, or when it is told to; flushes one point of everything. */
class FakeDesk implements ControlDesk {
  held = false;
  readonly released = Promise.withResolvers<void>();
  lost: (why: string) => void = () => undefined;
  resting: Promise<void> = Promise.resolve();
  readonly wishes: object[] = [];
  what = '';

  async hold(lost: (why: string) => void): ReturnType<ControlDesk['hold']> {
    this.held = true;
    this.lost = lost;
    await this.resting;
    const release = () => {
      this.held = false;
      this.released.resolve();
      return 5;
    };
    return { ok: true, release };
  }

  flush(wish: { host: string }): ReturnType<ControlDesk['flush']> {
    this.wishes.push(wish);
    if (wish.host === 'bug') return Promise.reject(new Error('the thread is gone'));
    return Promise.resolve({ ok: true, records: 1, points: 1, left: 0 });
  }

  reconcilers(): ReturnType<ControlDesk['reconcilers']> {
    return [];
  }

  receivers(): ReturnType<ControlDesk['receivers']> {
    return Promise.resolve({ ok: true, receivers: [] });
  }

  testReceiver(name: string): ReturnType<ControlDesk['testReceiver']> {
    return Promise.resolve({ ok: true, tested: { receiver: name, outcomes: [] } });
  }

  confirm(wish: { name: string }): ReturnType<ControlDesk['confirm']> {
    this.wishes.push(wish);
    return { ok: true, confirmed: wish.name };
  }

  diagnose(wish: object): ReturnType<ControlDesk['diagnose']> {
    this.wishes.push(wish);
    const finding = {
      ...findings({ lists: [list({ fault: 'ENOENT' })] })[0],
      what: this.what,
    } as FindingView;
    return Promise.resolve({ findings: [finding], left_out: 0, kinds: [] });
  }
}

async function clientOf(dataDir: string): Promise<ControlClient> {
  const client = await ControlClient.on(dataDir);
  if (client === undefined) throw new Error('nobody answers');
  return client;
}

test.for([
  { name: 'a short path', below: 'data' },
  { name: 'a path that is longer than an address may be', below: `${'d'.repeat(120)}/data` },
])('$name: a stale socket is replaced, the mode is 0600, nothing stays', async ({ below }) => {
  const data = join(dir, below);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'control.sock'), 'stale');
  const desk = new FakeDesk();
  {
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(data, desk));
    expect(statSync(join(data, 'control.sock')).mode & 0o777).toBe(0o600);
    using client = await clientOf(data);
    expect(await client.ask({ do: 'flush', cluster: 'web', host: '.*', metric: 'load.*' })).toEqual({
      ok: true,
      records: 1,
      points: 1,
      left: 0,
    });
    expect(desk.wishes).toMatchObject([{ cluster: 'web', host: '.*', metric: 'load.*' }]);
  }
  expect(readdirSync(data)).toEqual([]);
  expect(await ControlClient.on(data)).toBeUndefined();
});

test('a data_dir that is not there, or nobody listens in', async () => {
  expect(await ControlClient.on(join(dir, 'none'))).toBeUndefined();
  expect(await ControlClient.on(dir)).toBeUndefined();
});

describe('a hold', () => {
  test('lasts until it is released', async () => {
    const desk = new FakeDesk();
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(dir, desk));
    using client = await clientOf(dir);
    expect(await client.ask({ do: 'release' })).toMatchObject({ ok: false, message: 'nothing is held' });
    expect(await client.ask({ do: 'hold' })).toEqual({ ok: true, held: true });
    expect(desk.held).toBe(true);
    expect(await client.ask({ do: 'release' })).toEqual({ ok: true, heldMs: 5 });
    expect(desk.held).toBe(false);
  });

  test('ends with the connection', async () => {
    const desk = new FakeDesk();
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(dir, desk));
    const client = await clientOf(dir);
    await client.ask({ do: 'hold' });
    client[Symbol.dispose]();
    await desk.released.promise;
    expect(desk.held).toBe(false);
  });

  test('ends at once when whoever asked has gone before it began', async () => {
    const desk = new FakeDesk();
    const rest = Promise.withResolvers<void>();
    desk.resting = rest.promise;
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(dir, desk));
    const client = await clientOf(dir);
    void client.ask({ do: 'hold' });
    // The next connection's answer comes after the request was read.
    using other = await clientOf(dir);
    await other.ask({ do: 'flush', cluster: '', host: '', metric: '' });
    client[Symbol.dispose]();
    await client.gone;
    rest.resolve();
    await desk.released.promise;
    expect(desk.held).toBe(false);
  });

  test('that ends by itself is told with its reason', async () => {
    const desk = new FakeDesk();
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(dir, desk));
    using client = await clientOf(dir);
    await client.ask({ do: 'hold' });
    desk.lost('it has lasted for an hour');
    expect(await client.gone).toBe('it has lasted for an hour');
    expect(client.over).toBe('it has lasted for an hour');
    expect(await client.ask({ do: 'release' })).toMatchObject({ message: 'it has lasted for an hour' });
  });

  test('ends when the server stops, and says so', async () => {
    const desk = new FakeDesk();
    const socket = await openControlSocket(dir, desk);
    using client = await clientOf(dir);
    await client.ask({ do: 'hold' });
    await socket[Symbol.asyncDispose]();
    expect(await client.gone).toBe('the server stops');
    expect(desk.held).toBe(false);
  });
});

test('a fault behind the desk is an answer', async () => {
  await using open = new AsyncDisposableStack();
  open.use(await openControlSocket(dir, new FakeDesk()));
  using client = await clientOf(dir);
  const answer = await client.ask({ do: 'flush', cluster: '', host: 'bug', metric: '' });
  expect(answer).toEqual({ ok: false, message: 'the thread is gone', cure: expect.any(String) });
});

/** What is answered to bytes that are no request, until the server hangs up. */
async function answerTo(bytes: string | Uint8Array): Promise<ControlAnswer> {
  using path = controlPath(dir);
  const socket = connect(path.address);
  let text = '';
  socket.on('data', (data) => (text += data.toString()));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return JSON.parse(text) as ControlAnswer;
}

test('a diagnosis longer than a packet, of a group or of everything', async () => {
  const desk = new FakeDesk();
  desk.what = 'x'.repeat(300_000);
  await using open = new AsyncDisposableStack();
  open.use(await openControlSocket(dir, desk));
  using client = await clientOf(dir);
  const answer = await client.ask({ do: 'diagnose', group: 'web' });
  expect(answer).toMatchObject({ ok: true, diagnosis: { findings: [{ what: desk.what }] } });
  await client.ask({ do: 'diagnose' });
  expect(desk.wishes).toMatchObject([{ group: 'web', host: undefined }, { group: undefined }]);
});

test('receivers are asked for, and one is tested', async () => {
  await using open = new AsyncDisposableStack();
  open.use(await openControlSocket(dir, new FakeDesk()));
  using client = await clientOf(dir);
  expect(await client.ask({ do: 'receivers' })).toEqual({ ok: true, receivers: [] });
  expect(await client.ask({ do: 'test-receiver', name: 'ops' })).toMatchObject({
    tested: { receiver: 'ops' },
  });
});

test('lists of instances are asked for, and one is confirmed by its digest', async () => {
  const desk = new FakeDesk();
  await using open = new AsyncDisposableStack();
  open.use(await openControlSocket(dir, desk));
  using client = await clientOf(dir);
  expect(await client.ask({ do: 'reconcilers' })).toEqual({ ok: true, reconcilers: [] });
  const answer = await client.ask({ do: 'confirm', name: 'cloud', digest: '0a' });
  expect(answer).toEqual({ ok: true, confirmed: 'cloud' });
  expect(desk.wishes).toMatchObject([{ name: 'cloud', digest: '0a' }]);
});

test.for([
  {
    name: 'a confirmation of nothing',
    bytes: '{"do":"confirm","name":"cloud"}\n',
    message: 'name and digest are texts',
  },
  { name: 'no JSON', bytes: 'hold\n', message: 'the line is not JSON' },
  { name: 'no object', bytes: '7\n', message: 'it does not say what to "do"' },
  { name: 'null', bytes: 'null\n', message: 'it does not say what to "do"' },
  { name: 'an unknown wish', bytes: '{"do":"stop"}\n', message: 'it asks for something this version' },
  {
    name: 'the name of what every object has',
    bytes: '{"do":"flush","host":{"__proto__":1}}\n',
    message: 'cluster, host and metric are patterns',
  },
  {
    name: 'a group that is no name',
    bytes: '{"do":"diagnose","group":7}\n',
    message: 'group and host are names',
  },
  { name: 'two requests', bytes: '{"do":"hold"}\n{"do":"hold"}\n', message: 'one request at a time' },
  { name: 'bytes', bytes: Uint8Array.of(0xff, 0xfe, 0, 10), message: 'the line is not JSON' },
  {
    name: 'a line without end',
    bytes: 'x'.repeat(CONTROL_LINE_BYTES_MAX + 10),
    message: 'the line is too long',
  },
])('$name is refused with a reason', async ({ bytes, message }) => {
  const desk = new FakeDesk();
  await using open = new AsyncDisposableStack();
  open.use(await openControlSocket(dir, desk));
  expect(await answerTo(bytes)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  expect(desk.held).toBe(false);
});
