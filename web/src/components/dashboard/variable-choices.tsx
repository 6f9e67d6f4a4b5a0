import { useQuery } from '@tanstack/react-query';
import { choiceInAddress, choiceOf, chosenOf } from '../../fleet/dashboard.ts';
import { useAddress } from '../../live/address.ts';
import { queries } from '../../live/queries.ts';
import { NameSelect } from '../../ui/name-select.tsx';
import type { DashboardVariable } from '../../../../src/contract/dashboard.ts';

/** More names than this are no choice: the address takes any. */
const NAMES_MAX = 1000;

/** The dashboard's variables, held by the address. */
export function VariableChoices({ variables }: { readonly variables: readonly DashboardVariable[] }) {
  const { search, change } = useAddress();
  const namesOf = useNames(variables, search);
  return (
    <>
      {variables.map((variable) => (
        <NameSelect
          key={variable.name}
          label={variable.label || (variable.name === 'cluster' ? 'Cluster' : 'Host')}
          all={`all ${variable.name}s`}
          names={namesOf[variable.name]}
          value={choiceOf(variable, search)}
          onChange={(name) =>
            change({
              [variable.name]: choiceInAddress(variable, name),
              // A host of the cluster left is none of the one chosen.
              ...(variable.name === 'cluster' && { host: undefined }),
            })
          }
        />
      ))}
    </>
  );
}

function useNames(variables: readonly DashboardVariable[], search: URLSearchParams) {
  const variable = (name: DashboardVariable['name']) => variables.find((known) => known.name === name);
  const clusterPattern = variable('cluster')?.pattern ?? '.*';
  const narrowed = clusterPattern !== '.*';
  const clusters = useQuery({ ...queries.clusters(), enabled: !narrowed });
  // Which names match is the server's to say.
  const among = useQuery({
    ...queries.hostsMatching(clusterPattern, '.*'),
    enabled: narrowed,
    refetchInterval: 60_000,
  });
  const hosts = useQuery({
    ...queries.hostsMatching(chosenOf(variables, search).cluster, variable('host')?.pattern ?? '.*'),
    enabled: variable('host') !== undefined,
    refetchInterval: 60_000,
  });
  return {
    cluster: narrowed
      ? sortedNames(among.data?.map(({ cluster }) => cluster))
      : sortedNames(clusters.data?.map(({ name }) => name)),
    host: sortedNames(hosts.data?.map(({ name }) => name)),
  };
}

function sortedNames(names: readonly string[] = []): string[] {
  const once = [...new Set(names)].slice(0, NAMES_MAX);
  return once.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
