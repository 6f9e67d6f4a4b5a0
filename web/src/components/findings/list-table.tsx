import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { sentence } from '../../format/sentence.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { Age } from '../../ui/age.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { MarkKind } from '../../fleet/state.ts';
import type { ReconcilerView } from '../../../../src/contract/instances.ts';

/** The lists that say which instances there are: when each was read, and what of it does not go well. */
export function ListTable({ lists }: { readonly lists: readonly ReconcilerView[] }) {
  const nowMs = useServerNow();
  if (lists.length === 0) return null;
  return (
    <section className="card card-flush" aria-label="Lists of instances">
      <div className="card-head">
        <h2>Lists of instances</h2>
        <span className="sub push">{lists.length === 1 ? '1 list' : `${lists.length} lists`}</span>
      </div>
      <ul>
        {lists.map((list) => (
          <li key={list.name} className="list-row">
            <Mark kind={markOfList(list)} />
            <div className="list-body">
              <p className="row list-head">
                <b className="mono">{list.name}</b>
                <bdi className="sub mono ellipsis" title={list.source}>
                  {list.source}
                </bdi>
              </p>
              <p className="sub list-facts">
                <span>
                  {list.read_ms > 0 ? (
                    <>
                      read <Age sinceMs={list.read_ms} nowMs={nowMs} />
                    </>
                  ) : (
                    'never read'
                  )}
                  , every {formatDuration(list.interval_ms)}
                </span>
                <span>
                  {list.instances === 1 ? '1 instance' : `${formatCount(list.instances)} instances`}
                </span>
                <span>{list.groups.length === 0 ? 'for every group' : `for ${list.groups.join(', ')}`}</span>
                {list.others.instances > 0 && (
                  <span title={list.others.groups.join(', ')}>
                    {formatCount(list.others.instances)} of other groups
                  </span>
                )}
                {list.held !== null && <b className="ink-critical">held until confirmed</b>}
              </p>
              {list.fault !== '' && (
                <p className={list.read_ms < list.tried_ms ? 'ink-warning' : 'sub'}>{sentence(list.fault)}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function markOfList({ held, fault, read_ms: readMs, tried_ms: triedMs }: ReconcilerView): MarkKind {
  if (held !== null) return 'critical';
  if (triedMs === 0) return 'pending';
  return fault !== '' && readMs < triedMs ? 'warning' : 'ok';
}
