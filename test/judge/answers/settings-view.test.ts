import { expect, test } from 'vitest';
import { CHECK_DEFAULTS } from '../../../src/contract/checks.ts';
import { settingsView } from '../../../src/judge/answers/settings-view.ts';

test('tags are listed', () => {
  const settings = { ...CHECK_DEFAULTS, tags: ['pager', 'db'] };
  expect(settingsView(settings, { isHost: false, runs: false })).toMatchObject({ tags: 'pager, db' });
});

test.for([
  {
    name: 'a command',
    holds: { isHost: false, runs: true },
    words: { check_interval: '1 min', timeout: '10 s' },
  },
  { name: 'values', holds: { isHost: false, runs: false }, words: {} },
  { name: 'a host', holds: { isHost: true, runs: false }, words: { passive_host_checks_are_soft: 'false' } },
])('the settings that hold for $name', ({ holds, words }) => {
  expect(settingsView(CHECK_DEFAULTS, holds)).toEqual({
    max_check_attempts: '3',
    retry_interval: '15 s',
    freshness_state: 'UNKNOWN',
    flap_detection_enabled: 'true',
    low_flap_threshold: '20',
    high_flap_threshold: '30',
    ...words,
  });
});
