import { describe, expect, test } from 'vitest';
import { EVENTS_PER_MINUTE_MAX, EVENTS_PER_MINUTE_OF_ALL_MAX } from '../../src/limits.ts';
import { EventPace } from '../../src/http/event-pace.ts';
import { NOW_MS, stand } from './stand.ts';
import type { EventView } from '../../src/contract/api.ts';

const NOW_S = NOW_MS / 1000;
const DAY_S = 86_400;

function furnished() {
  const server = stand();
  server.fleet.host('web', 'web-1').host('mysql', 'db-1');
  return server;
}

function event(given: Partial<EventView> = {}): EventView {
  return {
    id: 's1',
    time_ms: NOW_MS,
    kind: 'state',
    cluster: 'web',
    host: 'web-1',
    text: '',
    tags: [],
    by: '',
    service: 'load',
    state: 'OK',
    state_type: 'HARD',
    attempt: 1,
    ...given,
  };
}

async function post(body: unknown) {
  await using server = furnished();
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/events',
    headers: { 'content-type': 'application/json' },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json<never>(), server };
}

describe('an event is posted', () => {
  test('with nothing but what happened: a note of the whole grid, now', async () => {
    const { status, body, server } = await post({ text: ' deployed v2\n' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 'm1',
      time_ms: NOW_MS,
      kind: 'note',
      cluster: '',
      host: '',
      text: 'deployed v2',
      tags: [],
      by: '',
      service: null,
      state: null,
      state_type: null,
      attempt: null,
    });
    expect(server.audit.notes).toMatchObject([
      { who: 'anybody', action: 'event posted', subject: 'm1', detail: 'deployed v2' },
    ]);
  });

  test.for([
    { name: 'of a cluster', body: { kind: 'deploy', cluster: 'web' } },
    { name: 'of a group that has no host yet', body: { cluster: 'dev' } },
    { name: 'of a host that has not come yet', body: { cluster: 'web', host: 'web-99' } },
    { name: 'with tags', body: { tags: ['v2', '<b>', '__proto__'] } },
    { name: 'a day ahead', body: { time: NOW_S + DAY_S } },
    { name: 'long ago', body: { time: NOW_S - 300 * DAY_S } },
    { name: 'a part of a second', body: { time: NOW_S - 0.5 } },
    { name: 'markup', body: { text: '<img src=x onerror=alert(1)>' } },
    { name: 'right to left', body: { text: '\u202eabc\u2066' } },
    { name: 'of 1000 characters', body: { text: 'x'.repeat(1000) } },
    { name: 'emoji', body: { text: '🙂'.repeat(500) } },
    { name: 'a key of every object', body: { text: '__proto__' } },
  ])('$name', async ({ body: given }) => {
    await using server = furnished();
    const groups = server.operations.answer.groups.map((group) => ({ ...group, name: 'dev' }));
    server.operations.answer = { ...server.operations.answer, groups };
    const payload = { text: 'x', ...given };
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/events', payload });
    expect(answer.statusCode).toBe(201);
    const { time, ...same } = { time: NOW_S, ...payload };
    expect(answer.json()).toMatchObject({ time_ms: time * 1000, ...same });
  });

  test('control characters and halves of characters are not kept', async () => {
    const { body } = await post(String.raw`{"text":"a\u0000\u001bb\tc\nd\ud800"}`);
    expect(body).toMatchObject({ text: 'a\ufffd\ufffdb\tc\nd\ufffd' });
  });

  test.for([
    { name: 'no text', body: {}, code: 'bad_body' },
    { name: 'an empty text', body: { text: '' }, code: 'bad_body' },
    { name: 'a blank text', body: { text: ' \n' }, code: 'bad_body', message: 'text is blank' },
    { name: 'a text too long', body: { text: 'x'.repeat(1001) }, code: 'bad_body' },
    { name: 'a list as text', body: { text: ['x'] }, code: 'bad_body' },
    { name: 'a kind of ours', body: { text: 'x', kind: 'state' }, code: 'bad_body' },
    { name: 'too many tags', body: { text: 'x', tags: Array(21).fill('t') }, code: 'bad_body' },
    { name: 'a tag too long', body: { text: 'x', tags: ['t'.repeat(101)] }, code: 'bad_body' },
    { name: 'an unknown key', body: { text: 'x', by: 'root' }, code: 'bad_body' },
    { name: 'no object', body: '[1]', code: 'bad_body' },
    { name: 'no JSON', body: '{', code: 'bad_body' },
    { name: 'nothing', body: '', code: 'bad_body' },
    {
      name: 'a host without a cluster',
      body: { text: 'x', host: 'web-1' },
      code: 'bad_body',
      message: 'a host without its cluster',
    },
    {
      name: 'an unknown cluster, the nearest named',
      body: { text: 'x', cluster: 'mysqll' },
      status: 404,
      code: 'cluster_unknown',
      cure: 'did you mean mysql? GET /api/v1/clusters lists the clusters',
    },
    {
      name: 'a key of objects',
      body: { text: 'x', cluster: '__proto__' },
      status: 404,
      code: 'cluster_unknown',
    },
    {
      name: 'milliseconds',
      body: { text: 'x', time: 99_000_000_000 },
      code: 'bad_time',
      message: 'time is more than a day ahead: it looks like milliseconds',
    },
    {
      name: 'more than a day ahead',
      body: { text: 'x', time: NOW_S + DAY_S + 1 },
      code: 'bad_time',
      message: 'time is more than a day ahead',
    },
    {
      name: 'more than a year ago',
      body: { text: 'x', time: NOW_S - 366 * DAY_S },
      code: 'bad_time',
      message: 'time is more than a year ago',
    },
  ])('refused: $name', async ({ body: given, status: wanted = 400, name: _name, ...error }) => {
    const { status, body, server } = await post(given);
    expect([status, body]).toMatchObject([wanted, error]);
    expect(server.events.all).toEqual([]);
    expect(server.audit.notes).toEqual([]);
  });

  test('so many a minute and no more', async () => {
    await using server = furnished();
    const one = () =>
      server.app.inject({ method: 'POST', url: '/api/v1/events', payload: { text: 'again' } });
    for (let i = 0; i < EVENTS_PER_MINUTE_MAX; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await one()).statusCode).toBe(201);
    }
    const refused = await one();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60']);
    expect(refused.json()).toMatchObject({ code: 'too_many_events' });
    server.clock.pass(60);
    expect((await one()).statusCode).toBe(201);
  });

  test('a disk that is full says so, without its path', async () => {
    await using server = furnished();
    server.events.fault = '/var/lib/muster/events.db cannot be written, its disk is full';
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/events', payload: { text: 'x' } });
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'events_failed' }]);
    expect(answer.body).not.toContain('/var');
  });
});

test('events that cannot be read say so, without their path', async () => {
  await using server = furnished();
  server.events.fault = '/var/lib/muster/events.db is damaged';
  const answer = await server.app.inject('/api/v1/events');
  expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'events_failed' }]);
  expect(answer.body).not.toContain('/var');
});

test('one who posts too much leaves room to others, up to what all may', () => {
  const pace = new EventPace();
  const admitted = (who: string) => {
    let count = 0;
    while (pace.admit(who, NOW_MS) === 0) count += 1;
    return count;
  };
  const posters = EVENTS_PER_MINUTE_OF_ALL_MAX / EVENTS_PER_MINUTE_MAX;
  for (let i = 0; i < posters; i += 1) expect(admitted(`p${i}`)).toBe(EVENTS_PER_MINUTE_MAX);
  expect(admitted('another')).toBe(0);
  expect(pace.admit('another', NOW_MS + 59_001)).toBe(1);
  // A clock that was set back does not shut anybody out.
  expect(pace.admit('another', NOW_MS - 1)).toBe(0);
});

describe('events are listed', () => {
  test('of the last day unless told', async () => {
    await using server = furnished();
    server.events.all = [event({ id: 's2' }), event()];
    const answer = await server.app.inject('/api/v1/events');
    expect(answer.json()).toEqual([event({ id: 's2' }), event()]);
    expect(answer.headers).not.toHaveProperty('muster-left-out');
    expect(server.events.queries).toMatchObject([
      { fromMs: NOW_MS - DAY_S * 1000, toMs: NOW_MS, limit: 200, kind: null },
    ]);
  });

  test('by what is asked for, the others counted', async () => {
    await using server = furnished();
    server.events.all = [event({ id: 's2' }), event()];
    const query = 'from=1000&to=2000&cluster=web.*&host=web-1&kind=state&limit=1';
    const answer = await server.app.inject(`/api/v1/events?${query}`);
    expect(answer.json()).toHaveLength(1);
    expect(answer.headers['muster-left-out']).toBe('1');
    const [asked] = server.events.queries;
    expect(asked).toMatchObject({ fromMs: 1_000_000, toMs: 2_000_000, limit: 1, kind: 'state' });
    expect(['web', 'web2', 'db'].map((name) => asked?.cluster(name))).toEqual([true, true, false]);
    expect(['web-1', 'web-11'].map((name) => asked?.host(name))).toEqual([true, false]);
  });

  test.for([
    { query: 'service=load.*', matches: ['load', 'load[a]', 'load[zone a]'], of: null },
    { query: 'cluster=web&host=web-1&service=disk.*', matches: ['disk'], of: null },
    {
      query: 'cluster=web&host=web-1&service=load',
      matches: ['load'],
      of: { cluster: 'web', host: 'web-1', service: 'load' },
    },
    {
      query: String.raw`cluster=web&host=&service=load\[zone a\]`,
      matches: ['load[zone a]'],
      of: { cluster: 'web', host: '', service: 'load[zone a]' },
    },
    { query: 'cluster=web', matches: null, of: null },
  ])('of a service: $query', async ({ query, matches, of }) => {
    await using server = furnished();
    await server.app.inject(`/api/v1/events?${query}`);
    const [asked] = server.events.queries;
    expect(asked?.of).toEqual(of);
    const names = ['load', 'load[a]', 'load[zone a]', 'disk', ''];
    const { service = null } = asked ?? {};
    expect(service && names.filter((name) => service(name))).toEqual(matches);
  });

  test.for([
    { query: 'from=then', code: 'bad_time' },
    { query: 'from=2000&to=1000', code: 'bad_range' },
    { query: 'cluster=(', code: 'bad_pattern' },
    { query: 'kind=page', code: 'bad_query' },
    { query: 'limit=1001', code: 'bad_query' },
    { query: 'service=(', code: 'bad_pattern' },
    { query: 'state=OK', code: 'bad_query' },
  ])('refused: $query', async ({ query, code }) => {
    await using server = furnished();
    const answer = await server.app.inject(`/api/v1/events?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code }]);
  });
});

describe('an event is removed', () => {
  const remove = (server: ReturnType<typeof furnished>, id: string) =>
    server.app.inject({ method: 'DELETE', url: `/api/v1/events/${id}`, payload: {} });

  test('once, and that is written down', async () => {
    await using server = furnished();
    await server.app.inject({ method: 'POST', url: '/api/v1/events', payload: { text: 'a slip' } });
    const answer = await remove(server, 'm1');
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { id: 'm1', text: 'a slip' }]);
    expect(server.audit.notes.at(-1)).toMatchObject({
      who: 'anybody',
      action: 'event removed',
      subject: 'm1',
      detail: 'a slip',
    });
    expect((await remove(server, 'm1')).json()).toMatchObject({ code: 'event_unknown' });
  });

  test('marks alone', async () => {
    await using server = furnished();
    server.events.all = [event()];
    const answer = await remove(server, 's1');
    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      {
        code: 'event_unknown',
        message: 'there is no mark s1',
        cure: 'what changed or was told is history: marks alone can be removed',
      },
    ]);
    expect(server.events.all).toHaveLength(1);
  });
});
