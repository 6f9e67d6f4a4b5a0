import { useMemo, useState } from 'react';
import { Combobox, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { navigate } from 'wouter/use-browser-location';
import { hostMark } from '../fleet/heat-cells.ts';
import { clusterLink, hostLink } from '../fleet/link.ts';
import { matchesWords } from '../fleet/pattern.ts';
import { markOf, severityRank } from '../fleet/state.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { MarkKind } from '../fleet/state.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** The worst first. */
function compareHosts(a: HostView, b: HostView): number {
  return (
    severityRank(hostMark(a)) - severityRank(hostMark(b)) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  );
}

const RESULTS_MAX = 12;
const FIELD = 'search';

export function focusSearch(): void {
  document.getElementById(FIELD)?.focus();
}

interface Found {
  readonly href: string;
  readonly mark: MarkKind;
  readonly name: string;
  readonly kind: string;
}

/** Clusters, then hosts, that hold all the words. */
function useFound(words: string): { readonly found: readonly Found[]; readonly left: number } {
  const clusters = useQuery(queries.clusters());
  const hosts = useQuery(queries.search(words));
  return useMemo(() => {
    if (words === '') return { found: [], left: 0 };
    const inClusters = (clusters.data ?? []).filter((cluster) => matchesWords(words, [cluster.name]));
    const found: Found[] = [
      ...inClusters.map((cluster) => ({
        href: clusterLink(cluster.name),
        mark: markOf(cluster.worst_state),
        name: cluster.name,
        kind: 'cluster',
      })),
      ...(hosts.data ?? []).toSorted(compareHosts).map((host) => ({
        href: hostLink(host.cluster, host.name),
        mark: hostMark(host),
        name: host.name,
        kind: host.cluster,
      })),
    ];
    return { found: found.slice(0, RESULTS_MAX), left: Math.max(0, found.length - RESULTS_MAX) };
  }, [words, clusters.data, hosts.data]);
}

export function Search() {
  const [text, setText] = useState('');
  const [words] = useDebouncedValue(text.trim(), 150);
  const { found, left } = useFound(words);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const choose = (href: string) => {
    setText('');
    combobox.closeDropdown();
    navigate(href);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} shadow="none" offset={6} withinPortal={false}>
      <Combobox.Target>
        <div className="field search" role="search">
          <IconSearch size={16} aria-hidden="true" />
          <Combobox.EventsTarget>
            <input
              id={FIELD}
              type="search"
              aria-label="Search hosts and clusters"
              placeholder="Search hosts and clusters"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                combobox.openDropdown();
                combobox.selectFirstOption();
              }}
              onFocus={() => combobox.openDropdown()}
              onBlur={() => combobox.closeDropdown()}
            />
          </Combobox.EventsTarget>
          <span className="key wide-only" aria-hidden="true">
            /
          </span>
        </div>
      </Combobox.Target>
      <Combobox.Dropdown hidden={words === ''} className="search-results">
        <Combobox.Options aria-label="Found">
          {found.map((item) => (
            <Combobox.Option value={item.href} key={item.href}>
              <span className="row">
                <Mark kind={item.mark} />
                <span className="mono ellipsis">{item.name}</span>
                <span className="sub push">{item.kind}</span>
              </span>
            </Combobox.Option>
          ))}
          {found.length === 0 && (
            <Combobox.Empty>Nothing has all of these words in its name or facts.</Combobox.Empty>
          )}
          {left > 0 && <Combobox.Footer>and {left} more; another word narrows them</Combobox.Footer>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
