import { expect, test } from 'vitest';
import {
  pluginHostState,
  pluginState,
  reportedHostState,
  reportedState,
} from '../../src/check/exit-status.ts';

test('a reported code beyond the four states is UNKNOWN, of a host DOWN', () => {
  expect([0, 1, 2, 3, 4, -1, 4464].map(reportedState)).toEqual([
    'OK',
    'WARNING',
    'CRITICAL',
    'UNKNOWN',
    'UNKNOWN',
    'UNKNOWN',
    'UNKNOWN',
  ]);
  expect([0, 1, 2, 3].map(reportedHostState)).toEqual(['UP', 'DOWN', 'UNREACHABLE', 'DOWN']);
});

test.for([
  { name: 'a verdict', ran: { end: 'exited', code: 1 }, muster: 'WARNING', nagios: 'WARNING' },
  {
    name: 'an exit status out of bounds',
    ran: { end: 'exited', code: 127 },
    muster: 'UNKNOWN',
    nagios: 'CRITICAL',
  },
  { name: 'too late', ran: { end: 'timeout', code: -1 }, muster: 'UNKNOWN', nagios: 'CRITICAL' },
  { name: 'too much', ran: { end: 'flooded', code: 0 }, muster: 'UNKNOWN', nagios: 'CRITICAL' },
])('a plugin that comes to $name', ({ ran, muster, nagios }) => {
  expect(pluginState(ran, 'muster')).toBe(muster);
  expect(pluginState(ran, 'nagios')).toBe(nagios);
});

test.for([
  { name: 'well', ran: { end: 'exited', code: 0 }, muster: 'UP', nagios: 'UP' },
  { name: 'a warning', ran: { end: 'exited', code: 1 }, muster: 'UP', nagios: 'UP' },
  { name: 'critical', ran: { end: 'exited', code: 2 }, muster: 'DOWN', nagios: 'DOWN' },
  { name: 'too late', ran: { end: 'timeout', code: -1 }, muster: 'DOWN', nagios: 'DOWN' },
  { name: 'never begun', ran: { end: 'not-started', code: -1 }, muster: null, nagios: 'DOWN' },
])("a host's plugin: $name", ({ ran, muster, nagios }) => {
  expect(pluginHostState(ran, 'muster')).toBe(muster);
  expect(pluginHostState(ran, 'nagios')).toBe(nagios);
});
