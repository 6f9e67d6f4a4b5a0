import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { live, LOOKS, Visitor } from './browser.ts';
import { imbalance, until } from './server.ts';
import { Stage } from './stage.ts';
import { survey } from './survey.ts';
import type { Look } from './browser.ts';
import type { View } from './survey.ts';
import type { EventView, HostView, MetricView, ServiceView } from '../../src/contract/api.ts';

const SCRIPT = '<script>globalThis.pwned=1</script>';
const TITLE = '<b onclick="globalThis.pwned=1">x';
const IMAGE = '<img src=x onerror="globalThis.pwned=1">';

/** What the address before a spoofed name leaves of 255. */
const HOST_BYTES_MAX = 245;

/** Names that whoever may send a datagram can choose. */
const NAMES = [
  { name: 'a script', text: SCRIPT },
  { name: 'an image', text: IMAGE },
  { name: 'out of an attribute', text: `" onfocus="globalThis.pwned=1" autofocus x='` },
  { name: 'an address that is a script', text: 'javascript:globalThis.pwned=1' },
  { name: 'a template', text: '${globalThis.pwned=1}{{constructor.constructor("pwned=1")()}}' },
  { name: 'signs of addresses', text: 'a%2fb?c=d&e#f%' },
  { name: 'a path', text: '../../../etc/passwd' },
  { name: 'what every object has', text: '__proto__' },
  { name: 'emoji', text: '🔥🧯👩‍👩‍👧‍👦 host' },
  { name: 'right to left', text: 'שרת-ייצור \u202Eetihw' },
  { name: 'signs on signs', text: `z${'\u0336\u0489'.repeat(60)}` },
  { name: 'control characters', text: 'bell\u0007 tab\t line\n escape\u001B[31m' },
  { name: 'as long as may be', text: 'w'.repeat(HOST_BYTES_MAX) },
  { name: 'long, in parts', text: `${'long-'.repeat(48)}end` },
  { name: 'a regular expression', text: '(a+)+$[' },
  { name: 'a formula', text: '=HYPERLINK("http://evil","x")' },
] as const;

/** A metric's name as the server keeps it. */
function kept(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  return text.replace(/[\u0000-\u001f\u007f]/g, '_');
}

/** A host's: its files are in a directory of its own. */
function keptHost(text: string): string {
  return kept(text).replaceAll('/', '_');
}

const DASHBOARD = `title: "${SCRIPT}"
description: "${SCRIPT}"
variables: [cluster, host]
panels:
  - { text: "${SCRIPT}\\n\\njavascript:globalThis.pwned=1 https://x/\\">${SCRIPT}", title: "${SCRIPT}" }
  - { graph: all of them, metric: ".*" }
  - { heatmap: all, metric: busy }
  - { table: all, columns: [{ metric: busy, label: "${SCRIPT}" }] }
  - { states: all, problem: false }
`;

describe('a fleet that means harm', () => {
  let stage: Stage;
  let hosts: HostView[];

  beforeAll(async () => {
    stage = await Stage.set({
      groups: ['web'],
      services: [
        `{ name: '${TITLE}', metric: busy, warning: "1", max_check_attempts: 1, notes: "${SCRIPT}" }`,
        '{ name: odd, metric: "[^b].*", critical: "1", max_check_attempts: 1 }',
      ],
      files: { 'dashboards/odd.yaml': DASHBOARD },
    });
    const web = stage.agents('web');
    const [first] = NAMES;
    for (const { text } of NAMES) {
      web.gmond(text, 'busy', 2);
      web.gmond(first.text, text, 3, { units: text.slice(0, 100), title: text, group: text.slice(0, 100) });
      web.fact(first.text, text, text);
      web.fact(first.text, `${text.slice(0, 200)} x`, text.repeat(4));
      web.collectd(text, text, [[Date.now() / 1000, 4]]);
    }
    hosts = await until('every host', async () => {
      const found = await stage.server.get<HostView[]>('/api/v1/hosts');
      return found.length >= NAMES.length ? found : undefined;
    });
    const post = (event: object) =>
      fetch(`${stage.url}/api/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
    for (const { text } of NAMES)
      expect(
        (
          await post({
            text: text.repeat(3),
            cluster: 'web',
            host: keptHost(first.text),
            tags: [text.slice(0, 100)],
          })
        ).status,
      ).toBe(201);
    await until('problems', async () => {
      const services = await stage.server.get<ServiceView[]>('/api/v1/services?problem=true');
      return services.length >= 2 * NAMES.length ? true : undefined;
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  const host = (name: string) => `/hosts/web/${encodeURIComponent(name)}`;
  const [script] = NAMES;
  const VIEWS: readonly View[] = [
    { name: 'grid', path: '/', shows: 'udp' },
    { name: 'cluster', path: '/clusters/web', shows: 'common y axis' },
    { name: 'host', path: host(keptHost(script.text)), shows: 'last heard' },
    { name: 'long host', path: host('w'.repeat(HOST_BYTES_MAX)), shows: 'last heard' },
    {
      name: 'metric',
      path: `${host(keptHost(script.text))}?m=${encodeURIComponent(IMAGE)}`,
      shows: 'All metrics',
    },
    {
      name: 'filter',
      path: `/clusters/web?q=${encodeURIComponent(SCRIPT)}&measure=${encodeURIComponent(SCRIPT)}`,
      shows: 'hosts',
    },
    { name: 'problems', path: '/problems', shows: 'Recent' },
    { name: 'recent problems', path: '/problems?list=recent', shows: 'Recent' },
    { name: 'events', path: '/events', shows: 'Post a mark' },
    { name: 'dashboards', path: '/dashboards', shows: 'odd.yaml' },
    { name: 'dashboard', path: '/dashboards/odd', shows: 'all of them' },
    {
      name: 'not there',
      path: `/dashboards/${encodeURIComponent(SCRIPT)}`,
      shows: 'There is no dashboard',
      missing: true,
    },
    { name: 'no view', path: `/clusters/web/x/${encodeURIComponent(IMAGE)}`, shows: 'There is no view' },
  ];

  /** Somebody who complains when a script of theirs runs. */
  async function victim(look?: Look): Promise<Visitor> {
    const visitor = await Visitor.come(stage.browser, look);
    await visitor.page.addInitScript(
      'Object.defineProperty(globalThis, "pwned", { set: () => console.error("a script of theirs ran") })',
    );
    return visitor;
  }

  test.concurrent.for([LOOKS[0], LOOKS[2]])(
    'every view, $name: no script runs, nothing breaks',
    async (look) => {
      await using visitor = await victim(look);
      const faults = await survey(visitor, VIEWS, { url: stage.url, look, series: 'hostile ' });
      expect(faults).toEqual([]);
    },
  );

  test('search finds each host, and its link leads there', async () => {
    await using visitor = await victim();
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await live(page);
    const lost: string[] = [];
    for (const { name, text } of NAMES) {
      const wanted = keptHost(text);
      const known = hosts.find((candidate) => candidate.name === wanted);
      if (!known) {
        lost.push(`${name}: not kept as ${wanted}`);
        continue;
      }
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Search/ }).fill(wanted.slice(0, 60).trim());
      const option = page
        .getByRole('group', { name: 'Hosts' })
        .getByRole('option')
        // Another one's facts may have that name, too, and it may be worse off.
        .filter({ has: page.getByTitle(wanted, { exact: true }) });
      await option.first().click();
      await page.getByRole('heading', { level: 1 }).filter({ hasText: wanted }).waitFor();
      await page.getByRole('region', { name: 'Facts' }).getByText('last heard').waitFor();
      expect(new URL(page.url()).pathname).toBe(new URL(`${stage.url}${host(wanted)}`).pathname);
      await page.reload();
      await page.getByRole('region', { name: 'Facts' }).getByText('last heard').waitFor();
    }
    expect([...lost, ...visitor.complaints]).toEqual([]);
  });

  test('what was sent is what is kept, and the books balance', async () => {
    const metrics = await stage.server.get<MetricView[]>(`/api/v1${host(keptHost(script.text))}/metrics`);
    const names = new Set(metrics.map(({ metric }) => metric));
    expect(NAMES.filter(({ text }) => !names.has(kept(text))).map(({ name }) => name)).toEqual([]);
    const events = await stage.server.get<EventView[]>('/api/v1/events?from=-1h&kind=note');
    expect(new Set(events.map(({ text }) => text)).size).toBe(NAMES.length);
    const { code, books } = await stage.server.stop();
    expect([code, imbalance(books)]).toEqual([0, 0]);
  });
});
