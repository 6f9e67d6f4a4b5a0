import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

function errorsOf(severity: string): string[] {
  const text =
    'alerts:\n  receivers: [{ name: o, webhook: { url: "http://h/" } }]\n' +
    `  routes: [{ receiver: o, match: { severity: ${JSON.stringify(severity)} }, continue: true }, { receiver: o }]\n`;
  using folder = folderWith({ 'muster.yaml': text, 'checks/a.yaml': 'services: []\n' });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  return loaded.ok ? [] : loaded.errors.map(formatConfigError);
}

test.for(['critical', 'critical|down', '.*', 'un.*'])('%s matches a state that pages', (severity) => {
  expect(errorsOf(severity)).toEqual([]);
});

const EXPECTED =
  'expected a regular expression over warning, critical, unknown, down, unreachable, such as "critical|down"';

test.for([
  { severity: 'CRITICAL', error: `"CRITICAL" matches no severity (${EXPECTED}; did you mean "critical"?)` },
  { severity: 'warn', error: `"warn" matches no severity (${EXPECTED}; did you mean "warning"?)` },
  { severity: 'crit.', error: `"crit." matches no severity (${EXPECTED})` },
])('$severity matches none', ({ severity, error }) => {
  expect(errorsOf(severity)).toEqual([`muster.yaml:3:46: ${error}`]);
});
