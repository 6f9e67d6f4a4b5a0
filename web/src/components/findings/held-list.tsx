import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatCount } from '../../format/number.ts';
import { sentence } from '../../format/sentence.ts';
import { ApiFault, api } from '../../live/api.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { useSession } from '../../live/session.tsx';
import { Age } from '../../ui/age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import type { ReconcilerView } from '../../../../src/contract/instances.ts';

type Held = NonNullable<ReconcilerView['held']>;

/** Lists that lost more at once than they may: nobody is retired until somebody has looked. */
export function HeldLists({ lists }: { readonly lists: readonly ReconcilerView[] }) {
  return (
    <ul>
      {lists.map(({ name, held }) =>
        held === null ? null : (
          <li key={name}>
            {/* Another list than the one that was looked at is looked at anew. */}
            <HeldList key={held.digest} name={name} held={held} />
          </li>
        ),
      )}
    </ul>
  );
}

function HeldList({ name, held }: { readonly name: string; readonly held: Held }) {
  const nowMs = useServerNow();
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <article className="finding" aria-label={`The list ${name} is held`}>
      <Mark kind="critical" silent />
      <div className="finding-body">
        <p className="finding-what">
          <span className="hidden-text">Critical: </span>
          The list <b className="mono">{name}</b> has lost {instances(held.gone)} at once. None of them is
          retired until somebody confirms it.
        </p>
        <ul className="held-groups" aria-label="By group">
          {held.groups.map(({ group, gone, of }) => (
            <li key={group} className="row">
              <bdi className="mono held-group">{group}</bdi>
              <span>
                <b>{formatCount(gone)}</b> of {formatCount(of)} would go
              </span>
            </li>
          ))}
        </ul>
        {held.words !== '' && <p className="sub">{sentence(held.words)}</p>}
        <p className="sub">
          Held <Age sinceMs={held.since_ms} nowMs={nowMs} />. Look at its source first: it may have answered
          in part.
        </p>
        {asking ? (
          <Confirm name={name} held={held} onDone={() => setAsking(false)} />
        ) : may('operator') ? (
          <p>
            <button type="button" className="button" data-row="go" onClick={() => setAsking(true)}>
              They are really gone…
            </button>
          </p>
        ) : (
          <Snippet label="the command" text={`script/muster reconciler confirm ${name}`} />
        )}
      </div>
    </article>
  );
}

/** What the confirmation does, before it is given. */
function Confirm(props: { readonly name: string; readonly held: Held; readonly onDone: () => void }) {
  const { name, held, onDone } = props;
  const client = useQueryClient();
  const confirming = useMutation({
    mutationFn: () => api.confirmList(name, held.digest),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['reconcilers'] }),
        client.invalidateQueries({ queryKey: ['diagnosis'] }),
      ]);
      onDone();
    },
  });
  const more = held.gone - held.first.length;
  return (
    <form
      className="held-confirm"
      aria-label={`Confirm the list ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        confirming.mutate();
      }}
    >
      <p>
        Retires {instances(held.gone)}, <b className="mono">gone from list {name}</b>: their services stop,
        their alerts close, their history stays.
      </p>
      <ul className="held-first mono" aria-label="Instances that go" tabIndex={0}>
        {held.first.map(({ group, host, instance_id: id }) => (
          <li key={`${group} ${id}`}>
            <bdi>{host}</bdi>
            {id !== host && <bdi className="dim"> {id}</bdi>}
            <bdi className="dim"> · {group}</bdi>
          </li>
        ))}
        {more > 0 && <li className="dim">and {formatCount(more)} more</li>}
      </ul>
      <div className="row held-actions">
        <button type="submit" className="button button-danger" disabled={confirming.isPending}>
          {confirming.isPending ? 'Retiring…' : `Retire ${instances(held.gone)}`}
        </button>
        {/* Whoever presses a key twice retires nobody. */}
        <button type="button" className="button" onClick={onDone} autoFocus>
          Cancel
        </button>
        <p role="alert" className="ink-critical">
          {confirming.error ? faultWords(confirming.error) : ''}
        </p>
      </div>
    </form>
  );
}

function instances(count: number): string {
  return count === 1 ? '1 instance' : `${formatCount(count)} instances`;
}

function faultWords(error: Error): string {
  if (error instanceof ApiFault) return `${sentence(error.message)} ${sentence(error.cure)}`;
  return 'Muster does not answer: nobody was retired. Try again.';
}
