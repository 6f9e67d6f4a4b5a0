import type { BootConfig, MusterConfig, ReconcilerConfig } from '../contract/config.ts';
import { unreadable } from './files.ts';
import type { MusterSection, ReconcilerSection } from './keys.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

/** Instances that register, and lists that say which there are. */

/** Without names of their own, agents are told the host of `public_url`. */
export function bootOf(root: MusterSection, { publicUrl }: MusterConfig['http']): BootConfig {
  const { servers, interval } = root.values.boot.values;
  const own = new URL(publicUrl).hostname.replace(/^\[(.*)\]$/u, '$1');
  return { servers: servers?.map(({ value }) => value) ?? [own], intervalMs: interval };
}

/** `groups`: the names of all there are. */
export function reconcilersOf(
  root: MusterSection,
  groups: ReadonlySet<string>,
  reading: Reading,
): ReconcilerConfig[] {
  const byName = new Map<string, ReconcilerConfig>();
  for (const { value: section } of root.values.reconcilers) {
    const { name } = section.values;
    if (name === undefined) continue;
    const offset = section.offsets.get('name') ?? section.offset;
    if (byName.has(name)) {
      reading.fault(offset, `a second reconciler ${reading.quote(name, offset)}`, {
        expected: 'a name of its own',
      });
      continue;
    }
    const source = sourceOf(section, reading);
    if (source === undefined) continue;
    reportGroups(section.values.groups, groups, reading);
    const { interval: intervalMs, timeout: timeoutMs, shrink_max: shrinkMax } = section.values;
    const spokenFor = section.values.groups.map(({ value }) => value);
    byName.set(name, { name, source, intervalMs, timeoutMs, groups: spokenFor, shrinkMax });
  }
  return [...byName.values()];
}

function sourceOf(section: ReconcilerSection, reading: Reading): ReconcilerConfig['source'] | undefined {
  const { file, url, token_file: tokenFile } = section.values;
  if ((file === null) === (url === null)) {
    reading.fault(section.offset, file === null ? 'a reconciler reads nothing' : 'a reconciler reads two', {
      expected: 'either file: PATH or url: ADDRESS of a JSON list of instances',
    });
    return undefined;
  }
  if (file !== null) return { kind: 'file', file };
  if (tokenFile !== null) {
    const fault = unreadable(tokenFile);
    const offset = section.offsets.get('token_file') ?? section.offset;
    if (fault !== undefined) {
      reading.fault(offset, `${reading.quote(tokenFile, offset)} ${fault}`, {
        expected: 'a file with the token',
      });
    }
  }
  return { kind: 'http', url: url ?? '', tokenFile };
}

function reportGroups(
  named: readonly Located<string>[],
  groups: ReadonlySet<string>,
  reading: Reading,
): void {
  for (const { value, offset } of named) {
    if (groups.has(value)) continue;
    reading.fault(offset, `no group is called ${reading.quote(value, offset)}`, {
      expected: 'the name of one of the groups',
    });
  }
}
