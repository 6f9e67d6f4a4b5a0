import { useQuery } from '@tanstack/react-query';
import '../components/services/services.css';
import '../components/senders.css';
import { DefinitionTable } from '../components/checks/definition-table.tsx';
import { DoorCards } from '../components/checks/door-cards.tsx';
import { EngineTiles } from '../components/checks/engine-tiles.tsx';
import { SlowPlugins } from '../components/checks/slow-plugins.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { queries } from '../live/queries.ts';

/** `/checks?q=`: how the judging itself goes, and which definitions, plugins and doors need a look. */
export function ChecksPage() {
  const { data, error } = useQuery(queries.checks());
  return (
    <>
      <QueryFault error={error} what="the checks" stale={data !== undefined} />
      {data && (
        <>
          <EngineTiles checks={data} />
          <DefinitionTable definitions={data.definitions} />
          <SlowPlugins plugins={data.plugins} />
          <DoorCards doors={data.doors} />
        </>
      )}
    </>
  );
}
