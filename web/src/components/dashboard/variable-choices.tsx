import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { writeFact } from '../../../../src/contract/facts.ts';
import { addressKey, allWords, choiceInAddress, choiceOf, chosenOf } from '../../fleet/dashboard.ts';
import { useAddress } from '../../live/address.ts';
import { queries } from '../../live/queries.ts';
import { NameSelect } from '../../ui/name-select.tsx';
import type { HostView } from '../../../../src/contract/api.ts';
import type { DashboardVariable } from '../../../../src/contract/dashboard.ts';

/** More names than this are no choice: the address takes any. */
const NAMES_MAX = 1000;

/** The dashboard's variables, held by the address. */
export function VariableChoices({ variables }: { readonly variables: readonly DashboardVariable[] }) {
  const { search, change } = useAddress();
  const cluster = chosenOf(variables, search).get('cluster') ?? '.*';
  return (
    <>
      {variables.map((variable) => (
        <VariableChoice
          key={variable.name}
          variable={variable}
          cluster={cluster}
          value={choiceOf(variable, search)}
          onChange={(name) =>
            change({
              [addressKey(variable)]: choiceInAddress(variable, name),
              // A host of the cluster left is none of the one chosen.
              ...(addressKey(variable) === 'cluster' && { host: undefined }),
            })
          }
        />
      ))}
    </>
  );
}

interface VariableChoiceProps {
  readonly variable: DashboardVariable;
  /** Where hosts and facts are looked for. */
  readonly cluster: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function VariableChoice({ variable, cluster, value, onChange }: VariableChoiceProps) {
  const names = useNames(variable, cluster);
  return (
    <NameSelect
      label={variable.label || (variable.name === 'cluster' ? 'Cluster' : 'Host')}
      all={allWords(variable)}
      names={names}
      value={value}
      onChange={onChange}
    />
  );
}

/** What there is to choose. Which names and values match is the server's to say. */
function useNames({ name, fact, pattern }: DashboardVariable, cluster: string): readonly string[] {
  const isCluster = fact === '' && name === 'cluster';
  const ofAll = isCluster && pattern === '.*';
  const clusters = useQuery({ ...queries.clusters(), enabled: ofAll });
  const hosts = useQuery({
    ...queries.hostsMatching({
      cluster: isCluster ? pattern : cluster,
      host: isCluster || fact !== '' ? '.*' : pattern,
      fact: fact === '' ? [] : [writeFact({ fact, pattern })],
    }),
    enabled: !ofAll,
    refetchInterval: 60_000,
  });
  return useMemo(() => {
    if (ofAll) return sortedNames(clusters.data?.map((view) => view.name));
    const factOf = (view: HostView) => new Map(Object.entries(view.facts)).get(fact) ?? '';
    const nameOf = isCluster ? (view: HostView) => view.cluster : (view: HostView) => view.name;
    return sortedNames(hosts.data?.map(fact === '' ? nameOf : factOf));
  }, [ofAll, isCluster, fact, clusters.data, hosts.data]);
}

function sortedNames(names: readonly string[] = []): string[] {
  const once = [...new Set(names)].filter((name) => name !== '').slice(0, NAMES_MAX);
  return once.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
