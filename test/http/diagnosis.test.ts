import { describe, expect, test } from 'vitest';
import { findings, instance } from '../fleet/diagnosis/evidence.ts';
import { stand } from './stand.ts';
import type { Diagnosis, DiagnosisQuery } from '../../src/http/ports.ts';
import type { DiagnosisAnswer } from '../../src/contract/instances.ts';

const ANSWER: DiagnosisAnswer = {
  findings: [...findings({ instances: [instance()] })],
  left_out: 3,
  kinds: [{ kind: 'never-heard', count: 4, critical: 4 }],
};

class FakeDiagnosis implements Diagnosis {
  readonly queries: DiagnosisQuery[] = [];

  find(query: DiagnosisQuery): Promise<DiagnosisAnswer> {
    this.queries.push(query);
    return Promise.resolve(ANSWER);
  }
}

describe('GET /api/v1/diagnosis', () => {
  test('answers what is amiss, whole', async () => {
    await using server = stand({ diagnosis: new FakeDiagnosis() });
    const answer = await server.app.inject('/api/v1/diagnosis');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(ANSWER);
  });

  test('asks for what is asked for', async () => {
    const diagnosis = new FakeDiagnosis();
    await using server = stand({ diagnosis });
    await server.app.inject('/api/v1/diagnosis?group=web&host=web-7&kind=never-heard&limit=0');
    expect(diagnosis.queries).toEqual([{ group: 'web', host: 'web-7', kind: 'never-heard', limit: 0 }]);
  });

  test.for([
    { name: 'a group that is not configured', query: 'group=nope', status: 404, code: 'cluster_unknown' },
    { name: 'a kind there is not', query: 'kind=bad', status: 400, code: 'bad_query' },
    { name: 'a key there is not', query: 'q=web', status: 400, code: 'bad_query' },
    { name: 'more than there may be', query: 'limit=1001', status: 400, code: 'bad_query' },
    {
      name: 'a name longer than names are',
      query: `host=${'x'.repeat(1001)}`,
      status: 400,
      code: 'bad_query',
    },
  ])('refuses $name', async ({ query, status, code }) => {
    await using server = stand();
    const answer = await server.app.inject(`/api/v1/diagnosis?${query}`);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });
});
