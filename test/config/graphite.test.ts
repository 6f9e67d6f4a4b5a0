import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

function load(text: string) {
  using folder = folderWith({ 'checks/a.yaml': 'services: []\n', 'muster.yaml': text });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  return {
    graphite: loaded.ok ? loaded.config.groups.map((group) => group.graphite) : [],
    errors: loaded.ok ? [] : loaded.errors.map(formatConfigError),
  };
}

/** A file with one group that has these keys. */
const group = (keys: string) =>
  `self_monitor: off\ngroups:\n  - { name: web, listen: 0.0.0.0:8630, ${keys} }\n`;
const TEMPLATE = 'expected a path with {host} and {metric}, in quotes: "servers.{host}.{metric}"';

test('listeners and template', () => {
  const { graphite, errors } = load(
    group('graphite_listen: [0.0.0.0:2003, "[::]:2003"], graphite_template: "servers.{host}.{metric}"'),
  );
  expect(errors).toEqual([]);
  expect(graphite).toEqual([
    {
      listen: [
        { address: '0.0.0.0', port: 2003 },
        { address: '::', port: 2003 },
      ],
      template: 'servers.{host}.{metric}',
    },
  ]);
});

test('datagrams and lines may have one port', () => {
  expect(load(group('graphite_listen: 0.0.0.0:8630')).errors).toEqual([]);
});

test.for([
  {
    name: 'a template without a host',
    text: group('graphite_template: "servers.{metric}"'),
    error: `muster.yaml:3:59: "servers.{metric}" lacks {host} (${TEMPLATE})`,
  },
  {
    name: 'a template without quotes',
    text: group('graphite_template: {host}.{metric}'),
    error: 'muster.yaml:3:',
  },
  {
    name: 'a word beside a placeholder',
    text: group('graphite_template: "srv-{host}.{metric}"'),
    error: `muster.yaml:3:59: "srv-{host}.{metric}" has {host} beside other characters between two dots (${TEMPLATE})`,
  },
  {
    name: 'the port of the page',
    text: group('graphite_listen: 127.0.0.1:8600'),
    error:
      'muster.yaml:3:57: "127.0.0.1:8600" is taken: "127.0.0.1:8600" is http.listen (expected a port of its own for each group)',
  },
  {
    name: 'the port of another group',
    text: `self_monitor: off\ngroups:\n  - { name: a, listen: 0.0.0.0:1, graphite_listen: 0.0.0.0:2003 }\n  - { name: b, listen: 0.0.0.0:2, graphite_listen: 0.0.0.0:2003 }\n`,
    error:
      'muster.yaml:4:52: "0.0.0.0:2003" is taken: "0.0.0.0:2003" belongs to group "a" at muster.yaml:3:52 (expected a port of its own for each group)',
  },
  {
    name: 'a group that does not accept it',
    text: group('accept: [collectd], graphite_listen: 0.0.0.0:2003'),
    error:
      'muster.yaml:3:77: the group listens for Graphite and does not accept it (expected accept with graphite among its protocols)',
  },
])('refused: $name', ({ text, error }) => {
  expect(load(text).errors[0]).toContain(error);
});
