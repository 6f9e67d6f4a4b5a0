import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

const CHECKS = `
timeperiods: [{ name: workhours, times: "monday - friday 09:00-17:00" }]
services: [{ name: load, metric: load_one, critical: "20", tags: [pager, db] }]
`;
export const OPS = '{ name: ops, webhook: { url: "http://h/" } }';
export const ANN = '{ name: ann, webhook: { url: "http://h/a" } }';
export const BOB = '{ name: bob, webhook: { url: "http://h/b" } }';
export const ROTA = 'name: primary, start: 2026-01-05, people: [ann, bob]';

/** What comes of `alerts:`, indented as it is written here. */
export function loadAlerts(alerts: string, env: NodeJS.ProcessEnv = {}) {
  using folder = folderWith({
    'muster.yaml': `alerts:\n${alerts}`,
    'checks/a.yaml': CHECKS,
    secret: 'hunter2',
  });
  const loaded = loadConfig({ env, cwd: folder.path });
  const errors = loaded.ok ? [] : loaded.errors.map(formatConfigError);
  const shown = (text: string) => text.replaceAll(folder.path, 'DIR');
  return {
    alerts: loaded.ok ? loaded.config.alerts : null,
    errors: errors.map(shown),
    warnings: loaded.warnings.map(shown),
  };
}
