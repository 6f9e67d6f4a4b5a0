import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { axe, launch } from './browser.ts';
import { gmetric, gmond, gmondConf } from './gmond.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { HostView } from '../../src/contract/api.ts';

const host = hostname();

const PAGES = [
  { name: 'grid', path: '/', shows: 'Hosts up' },
  { name: 'cluster', path: '/clusters/dev', shows: host },
  { name: 'host', path: `/hosts/dev/${host}`, shows: 'load_one' },
  { name: 'problems', path: '/problems', shows: 'queue' },
];

const VIEWS = [
  { name: 'desktop dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'desktop light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'phone', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

test('every page on a real server: no error, axe finds nothing, nothing to scroll sideways', async () => {
  using place = scratch();
  const [http, dev] = [await freeTcpPort(), await freeUdpPort()];
  const checks = 'services: [{ name: queue, metric: queue, critical: "5", max_check_attempts: 1 }]\n';
  configure(place.dir, checks, 'checks.yaml');
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: { group: muster, interval: 1s }
groups: [{ name: dev, listen: 127.0.0.1:${dev} }, { name: empty, listen: 127.0.0.1:0 }]
checks: [checks.yaml]
`,
  );
  await using server = await Server.start(file, http);
  const conf = gmondConf(place.dir, dev);
  await using agent = gmond(conf);
  await gmetric(conf, 'queue', 9);
  await until('the machine itself', async () => {
    const hosts = await server.get<HostView[]>('/api/v1/hosts?cluster=muster');
    return hosts.length === 1 ? true : undefined;
  });
  await until('the problem', async () => {
    const services = await server.get<unknown[]>('/api/v1/services?problem=true');
    return services.length > 0 ? true : undefined;
  });
  await using browser = await launch();
  const findings: string[] = [];
  for (const view of VIEWS) {
    const context = await browser.newContext({ colorScheme: view.colorScheme, viewport: view.viewport });
    const page = await context.newPage();
    page.on('pageerror', (error) => findings.push(`${view.name} ${page.url()}: ${error.message}`));
    page.on('console', (said) => {
      if (said.type() === 'error') findings.push(`${view.name} ${page.url()}: ${said.text()}`);
    });
    for (const { name, path, shows } of PAGES) {
      await page.goto(`${server.url}${path}`);
      await page.getByText(shows).first().waitFor();
      findings.push(...(await axe(page)).map((f) => `${view.name} ${name}: ${f}`));
      const wide: unknown = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
      if (wide !== false) findings.push(`${view.name} ${name}: scrolls sideways`);
    }
    await context.close();
  }
  expect(findings).toEqual([]);
  await agent.end();
  expect(imbalance((await server.stop()).books)).toBe(0);
});
