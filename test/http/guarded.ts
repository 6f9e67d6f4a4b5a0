import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD, people } from '../access/people.ts';
import { temporaryFolder } from '../state/folder.ts';
import { NOW_MS, stand } from './stand.ts';
import type { LightMyRequestResponse } from 'fastify';
import type { HttpOptions } from '../../src/http/server.ts';

export const JSON_BODY = { 'content-type': 'application/json' };

/** A server where people sign in, on a real access.db; the page is built. Closed by `await using`. */
export function guarded(given: Partial<HttpOptions> = {}) {
  const time = { ms: NOW_MS };
  const who = people(() => time.ms);
  const pageDirectory = join(temporaryFolder(), 'dist');
  mkdirSync(pageDirectory);
  writeFileSync(join(pageDirectory, 'index.html'), '<title>Muster</title>');
  const server = stand({ access: who.door, audit: who.audit, pageDirectory, ...given });
  const routes: { method: string; url: string }[] = [];
  server.app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
  const signIn = (name: string, { password = PASSWORD, headers = {} } = {}) =>
    server.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { ...JSON_BODY, ...headers },
      payload: { name, password },
    });
  return { ...who, ...server, time, routes, signIn };
}

/** `name=secret`, as a browser sends it back. */
export function cookieOf(answer: LightMyRequestResponse): string {
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}
