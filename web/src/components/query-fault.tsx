import { sentence } from '../format/sentence.ts';
import { ApiFault } from '../live/api.ts';
import { useConnection } from '../live/feed-context.tsx';
import { FaultNote } from '../ui/fault-note.tsx';

/** A request that failed, in words. `what`: `the hosts of web`. `stale`: older data is still on screen. */
export function QueryFault(props: {
  readonly error: Error | null;
  readonly what: string;
  readonly stale: boolean;
}) {
  const { error, what, stale } = props;
  const connection = useConnection();
  // The banner says so for the whole page: what stands stays where it is.
  if (!error || (stale && connection.kind === 'broken')) return null;
  const means = stale
    ? `What you see of ${what} is from before.`
    : `So there is nothing to show of ${what} for the moment.`;
  if (error instanceof ApiFault)
    return <FaultNote happened={sentence(error.message)} means={means} cure={sentence(error.cure)} />;
  return (
    <FaultNote
      happened="Muster does not answer"
      means={means}
      cure="It may be restarting: the page tries again by itself. If it lasts, look at the server and the network between."
    />
  );
}
