import { expect, test } from 'vitest';
import { stand } from './stand.ts';

test.for<{ name: string; trusted: string[]; from: string; forwarded?: string; ip: string }>([
  { name: 'no proxy', trusted: [], from: '10.0.0.9', ip: '10.0.0.9' },
  { name: 'nobody is trusted', trusted: [], from: '10.0.0.9', forwarded: '1.2.3.4', ip: '10.0.0.9' },
  { name: 'a stranger', trusted: ['127.0.0.1'], from: '10.0.0.9', forwarded: '1.2.3.4', ip: '10.0.0.9' },
  { name: 'a proxy', trusted: ['10.0.0.0/8'], from: '10.0.0.9', forwarded: '1.2.3.4', ip: '1.2.3.4' },
  { name: 'a proxy that says nothing', trusted: ['10.0.0.0/8'], from: '10.0.0.9', ip: '10.0.0.9' },
  {
    name: 'a client that made up where it comes from',
    trusted: ['10.0.0.0/8'],
    from: '10.0.0.9',
    forwarded: '9.9.9.9, 1.2.3.4',
    ip: '1.2.3.4',
  },
  {
    name: 'two proxies',
    trusted: ['10.0.0.0/8', '2001:db8::/32'],
    from: '2001:db8::7',
    forwarded: '9.9.9.9, 1.2.3.4, 10.0.0.9',
    ip: '1.2.3.4',
  },
])('$name', async ({ trusted, from, forwarded, ip }) => {
  await using given = stand({ trustedProxies: trusted });
  const seen: string[] = [];
  given.app.addHook('onRequest', (request, _reply, done) => {
    seen.push(request.ip);
    done();
  });
  const headers = { host: 'localhost', ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) };
  const answer = await given.app.inject({ url: '/healthz', remoteAddress: from, headers });
  expect(answer.statusCode).toBe(200);
  expect(seen).toEqual([ip]);
});

test('a proxy does not choose the name the server is asked for', async () => {
  await using given = stand({ trustedProxies: ['127.0.0.1'] });
  const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
  const answer = await given.app.inject({ url: '/healthz', headers });
  expect(answer.json()).toMatchObject({ code: 'host_refused' });
});
