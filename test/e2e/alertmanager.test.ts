import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertmanagerChannel } from '../../src/notify/alertmanager.ts';
import { configure, freeTcpPort, Program, scratch, until } from './server.ts';
import { crowd, LINKS, page, pagedService } from '../notify/page.ts';
import type { Page } from '../../src/model/service-state.ts';

/** Debian's Alertmanager as a receiver: what it has of our alerts, and when they end. */

const PROGRAM = '/usr/bin/prometheus-alertmanager';
const isThere = existsSync(PROGRAM);
const never = new AbortController().signal;

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

describe.skipIf(!isThere)(
  `Alertmanager (${isThere ? 'Debian’s' : 'prometheus-alertmanager is not installed'})`,
  () => {
    const home = scratch();
    let url = '';
    let program: Program;

    beforeAll(async () => {
      const config = configure(
        home.dir,
        'route: { receiver: none }\nreceivers: [{ name: none }]\n',
        'am.yml',
      );
      const port = await freeTcpPort();
      url = `http://127.0.0.1:${port}`;
      program = new Program(PROGRAM, [
        `--config.file=${config}`,
        `--storage.path=${home.dir}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]);
      await until('Alertmanager is ready', async () =>
        (await fetch(`${url}/-/ready`)).ok ? true : undefined,
      );
    });
    afterAll(async () => {
      await program[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    });

    /** What it says is open. */
    async function open(): Promise<Shown[]> {
      const all = (await (await fetch(`${url}/api/v2/alerts`)).json()) as Shown[];
      return all.toSorted((a, b) => (a.labels['instance'] ?? '').localeCompare(b.labels['instance'] ?? ''));
    }

    const nowMs = () => Date.now();
    const channel = () => alertmanagerChannel({ url, labels: { team: 'web' }, links: LINKS, clock: nowMs });
    const about = (changes: Partial<Page>) =>
      page({ createdMs: nowMs(), sinceMs: nowMs() - 600_000, ...changes });
    const well = (changes: Partial<Page> = {}) =>
      about({ kind: 'recovery', state: 'OK', open: 0, sinceMs: nowMs() - 1000, ...changes });

    test('shows a problem until it is over', async () => {
      const to = channel();
      expect(await to.send(about({ incident: 'i-1' }), never)).toEqual({ ok: true, detail: 'HTTP 200' });
      const [alert] = await open();
      expect(alert).toMatchObject({
        labels: {
          alertname: 'load',
          cluster: 'c',
          host: 'h',
          instance: 'h',
          severity: 'critical',
          team: 'web',
        },
        annotations: { summary: 'h: load is CRITICAL', incident: 'i-1' },
        generatorURL: 'http://muster.example:8600/service?cluster=c&host=h&service=load',
      });
      // resolve_timeout, five minutes, does not end it.
      expect(Date.parse(alert?.endsAt ?? '') - nowMs()).toBeGreaterThan(300 * 86_400_000);
      expect(nowMs() - Date.parse(alert?.startsAt ?? '')).toBeGreaterThan(590_000);
      await to.send(about({ kind: 'reminder', incident: 'i-1' }), never);
      expect(await open()).toHaveLength(1);
      await to.send(well(), never);
      expect(await open()).toEqual([]);
    });

    test('one severity ends as the other begins; after a restart of ours the end is known all the same', async () => {
      const to = channel();
      await to.send(about({ state: 'WARNING' }), never);
      await to.send(about({ state: 'CRITICAL' }), never);
      expect((await open()).map(({ labels }) => labels['severity'])).toEqual(['critical']);
      await channel().send(well(), never);
      expect(await open()).toEqual([]);
    });

    test('a hundred hosts, of which one is well again', async () => {
      const to = channel();
      const sinceMs = nowMs() - 60_000;
      const services = crowd(100).services.map((one) => ({ ...one, sinceMs }));
      await to.send({ ...crowd(100), services, createdMs: nowMs() }, never);
      expect(await open()).toHaveLength(100);
      const news = [pagedService({ host: 'web-7', news: 'recovery', state: 'OK', sinceMs: nowMs() })];
      await to.send(well({ host: 'web-7', services: news, open: 99 }), never);
      expect((await open()).map(({ labels }) => labels['host'])).not.toContain('web-7');
      expect(await open()).toHaveLength(99);
    });

    test('what it refuses is told in its words, and not sent again', async () => {
      const odd = alertmanagerChannel({ url, labels: { 'no-label': 'x' }, links: LINKS, clock: nowMs });
      const outcome = await odd.send(about({}), never);
      expect(outcome).toMatchObject({
        ok: false,
        retryable: false,
        detail: expect.stringMatching(/^HTTP 400: .*label/u),
      });
    });
  },
);
