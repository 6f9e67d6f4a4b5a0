import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fleet } from '../judge/fleet.ts';
import { GRAPH_WITHIN_MS, GRAPHS_AT_ONCE, GRAPHS_WAITING_MAX } from '../../src/alert-limits.ts';
import { GraphDesk } from '../../src/threads/graph-desk.ts';
import { RemoteGraphs } from '../../src/threads/remote-graphs.ts';
import type { GraphQuestion, QueryToJudge } from '../../src/threads/messages.ts';
import type { GraphRequest } from '../../src/notify/graphs.ts';
import type { HistoryAnswer } from '../../src/query/history.ts';
import type { Picture } from '../../src/query/graph/script.ts';

const QUESTION: GraphQuestion = {
  kind: 'graph',
  request: 1,
  read: { records: [], series: [], fromS: 0, toS: 120, points: 2 },
  picture: { title: 'h: load', warning: '4', critical: '8' },
};
const ANSWER: HistoryAnswer = { times: [60, 120], columns: [{ values: Float64Array.of(1, 2) }] };
const PNG = Uint8Array.of(1, 2, 3);

/** A desk whose drawings end when the test says so. */
function desk(answer: HistoryAnswer | Error = ANSWER) {
  const said: QueryToJudge[] = [];
  const drawn: { picture: Picture; settle: PromiseWithResolvers<Uint8Array> }[] = [];
  const graphs = new GraphDesk({
    read: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
    draw: (picture) => {
      const settle = Promise.withResolvers<Uint8Array>();
      drawn.push({ picture, settle });
      return settle.promise;
    },
    say: (message) => said.push(message),
  });
  return { graphs, said, drawn };
}

test('reads, draws, answers', async () => {
  const { graphs, said, drawn } = desk();
  graphs.ask(QUESTION);
  await expect.poll(() => drawn.length).toBe(1);
  expect(drawn[0]?.picture).toEqual({ ...QUESTION.picture, times: [60, 120], values: Float64Array.of(1, 2) });
  drawn[0]?.settle.resolve(PNG);
  await expect.poll(() => said).toEqual([{ kind: 'graph', request: 1, png: PNG }]);
});

test.for([
  { name: 'no history', answer: { times: [60, 120], columns: [{ values: Float64Array.of(NaN, NaN) }] } },
  { name: 'no rows', answer: { times: [], columns: [] } },
  { name: 'no store', answer: new Error('the store is down') },
])('$name: no graph', async ({ answer }) => {
  const { graphs, said } = desk(answer);
  graphs.ask(QUESTION);
  const fault = answer instanceof Error ? answer.message : 'there is no history to be drawn';
  await expect.poll(() => said).toEqual([{ kind: 'no-graph', request: 1, fault }]);
});

test('few at a time, and not too many wait', async () => {
  const { graphs, said, drawn } = desk();
  const asked = GRAPHS_AT_ONCE + GRAPHS_WAITING_MAX + 1;
  for (let request = 1; request <= asked; request += 1) graphs.ask({ ...QUESTION, request });
  await expect.poll(() => drawn.length).toBe(GRAPHS_AT_ONCE);
  expect(said).toEqual([{ kind: 'no-graph', request: asked, fault: 'too many graphs are wanted' }]);
  drawn[0]?.settle.resolve(PNG);
  await expect.poll(() => drawn.length).toBe(GRAPHS_AT_ONCE + 1);
  graphs.stop();
});

/** The judge's end, which knows `load_one` of web/h. */
function judgeEnd() {
  const fleet = new Fleet();
  fleet.sample('h', 'load_one', 1, 0);
  const asked: GraphQuestion[] = [];
  const graphs = new RemoteGraphs(fleet.catalogue, (question) => asked.push(question));
  const about = { cluster: 'web', host: 'h', metric: 'load_one' };
  const wanted: GraphRequest = { ...about, fromS: 0, toS: 60, warning: '4', critical: '8', title: 'h: load' };
  return { graphs, asked, wanted };
}

describe('the judge’s end', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const never = new AbortController().signal;

  test('asks for the series’ history, and hands the picture on', async () => {
    const { graphs, asked, wanted } = judgeEnd();
    const drawing = graphs.draw(wanted, never);
    expect(asked).toMatchObject([
      {
        read: { fromS: 0, toS: 60, series: [{ record: 0, source: 0 }] },
        picture: { title: 'h: load', critical: '8' },
      },
    ]);
    graphs.hear({ kind: 'graph', request: asked[0]?.request ?? 0, png: PNG });
    expect(await drawing).toEqual(PNG);
  });

  test.for([{ metric: 'load_five' }, { host: 'other' }, { cluster: 'other' }])(
    'nothing to draw: %o',
    async (other) => {
      const { graphs, asked, wanted } = judgeEnd();
      expect(await graphs.draw({ ...wanted, ...other }, never)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test('a fault, no time, an abort: the mail goes without', async () => {
    const { graphs, asked, wanted } = judgeEnd();
    const refused = graphs.draw(wanted, never);
    graphs.hear({ kind: 'no-graph', request: asked[0]?.request ?? 0, fault: 'rrdtool is not installed' });
    expect(await refused).toBeNull();
    const late = graphs.draw(wanted, never);
    vi.advanceTimersByTime(GRAPH_WITHIN_MS);
    expect(await late).toBeNull();
    const abort = new AbortController();
    const broken = graphs.draw(wanted, abort.signal);
    abort.abort();
    expect(await broken).toBeNull();
  });
});
