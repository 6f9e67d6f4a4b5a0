import { describe, expect, test } from 'vitest';
import { execOutcome, execChannel, filledCommand } from '../../src/notify/exec.ts';
import { filledRequest } from '../../src/notify/http-template.ts';
import { LINKS, page } from './page.ts';
import type { HttpTemplate } from '../../src/notify/http-template.ts';
import type { ProgramEnd, ProgramRun } from '../../src/notify/program.ts';

const TEMPLATE: HttpTemplate = {
  url: 'https://hooks.example.net/x',
  method: 'POST',
  headers: { 'X-Title': '{{title}}' },
  body: '{"text":"{{summary}}","open":{{open}}}',
  contentType: 'application/json',
};

describe('any HTTP', () => {
  test('method, headers and body as they are configured', () => {
    expect(filledRequest(TEMPLATE, page({ title: 'say "hi"\nbye' }), LINKS)).toEqual({
      url: 'https://hooks.example.net/x',
      method: 'POST',
      headers: { 'idempotency-key': 'key-1', 'content-type': 'application/json', 'x-title': 'say "hi" bye' },
      body: '{"text":"[CRITICAL] say \\"hi\\" bye","open":1}',
    });
  });

  test('a form', () => {
    const form = { ...TEMPLATE, contentType: 'application/x-www-form-urlencoded', body: 'm={{output}}' };
    expect(filledRequest(form, page({ output: 'a&b=c' }), LINKS).body).toBe('m=a%26b%3Dc');
  });

  test('GET has no body, and headers of their own go before ours', () => {
    const get = { ...TEMPLATE, method: 'GET' as const, headers: { 'Idempotency-Key': 'x-{{id}}' } };
    expect(filledRequest(get, page(), LINKS)).toMatchObject({
      headers: { 'idempotency-key': 'x-key-1' },
      body: null,
    });
  });
});

describe('a program', () => {
  test('each argument is filled in for itself', () => {
    const about = page({ host: '$(reboot); "x" \u0000y' });
    expect(filledCommand(['/bin/tell', '--', '{{host}}', '{{state}}:{{service}}'], about, LINKS)).toEqual([
      '/bin/tell',
      '--',
      '$(reboot); "x" y',
      'CRITICAL:load',
    ]);
  });

  test('reads the page as JSON', async () => {
    const runs: ProgramRun[] = [];
    const run = (program: ProgramRun): Promise<ProgramEnd> => {
      runs.push(program);
      return Promise.resolve({ end: 'exited', code: 0, output: 'queued as 7\nmore', detail: '' });
    };
    const channel = execChannel({ command: ['/bin/tell'], timeoutMs: 500, links: LINKS, programs: { run } });
    expect(await channel.send(page(), new AbortController().signal)).toEqual({
      ok: true,
      detail: 'status 0: queued as 7',
    });
    expect(runs).toMatchObject([{ command: ['/bin/tell'], timeoutMs: 500 }]);
    expect(JSON.parse(runs[0]?.input ?? '')).toMatchObject({ version: 1, id: 'key-1', service: 'load' });
  });

  test.for<{
    name: string;
    end: Partial<ProgramEnd>;
    is: [ok: boolean, retryable: boolean | undefined, detail: string];
  }>([
    { name: 'well', end: { code: 0 }, is: [true, undefined, 'status 0'] },
    {
      name: 'well, with a child left',
      end: { end: 'left-children', code: 0 },
      is: [true, undefined, 'status 0'],
    },
    { name: 'for now', end: { code: 75, output: 'busy\n' }, is: [false, true, 'status 75: busy'] },
    {
      name: 'for good',
      end: { code: 1, detail: 'no such user' },
      is: [false, false, 'status 1: no such user'],
    },
    {
      name: 'a signal',
      end: { end: 'killed', detail: 'SIGSEGV' },
      is: [false, true, 'ended by a signal: SIGSEGV'],
    },
    { name: 'no time', end: { end: 'timeout' }, is: [false, true, 'took longer than 30 s'] },
    { name: 'a flood', end: { end: 'flooded' }, is: [false, false, 'wrote too much'] },
    {
      name: 'no program',
      end: { end: 'not-started', detail: '/x was not found' },
      is: [false, true, 'not run: /x was not found'],
    },
  ])('$name', ({ end, is: [ok, retryable, detail] }) => {
    const outcome = execOutcome({ end: 'exited', code: -1, output: '', detail: '', ...end }, 30_000);
    expect(outcome).toEqual(ok ? { ok, detail } : { ok, retryable, detail });
  });
});
