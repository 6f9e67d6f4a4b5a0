import { refusalWords } from '../../fleet/refusal.ts';
import { doorLabel } from '../../fleet/service-words.ts';
import { formatCount } from '../../format/number.ts';
import { sentence } from '../../format/sentence.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { Age } from '../../ui/age.tsx';
import { CodeWords } from '../../ui/code-words.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { ChecksView } from '../../../../src/contract/api.ts';

type DoorView = ChecksView['doors'][number];

/** What was refused an hour ago is history. */
const LATELY_MS = 3_600_000;

/** By which ways results come from elsewhere; what was refused, why, and what mends it. */
export function DoorCards({ doors }: { readonly doors: readonly DoorView[] }) {
  const nowMs = useServerNow();
  return (
    <section className="card card-flush" aria-label="Results from elsewhere">
      <div className="card-head">
        <h2>Results from elsewhere</h2>
      </div>
      {doors.length === 0 && (
        <p className="sub none-match">
          No result has come yet. They are taken over HTTP, and by NSCA and the command file where{' '}
          <code className="mono">passive</code> in muster.yaml says so.
        </p>
      )}
      {doors.map((door) => (
        <Door key={door.door} door={door} nowMs={nowMs} />
      ))}
    </section>
  );
}

function Door({ door, nowMs }: { readonly door: DoorView; readonly nowMs: number }) {
  const { accepted, refused } = door;
  const lately = refused.some(({ last_ms: lastMs }) => nowMs - lastMs < LATELY_MS);
  const total = refused.reduce((sum, { count }) => sum + count, 0);
  return (
    <article className="sender" aria-label={doorLabel(door.door)}>
      <Mark kind={lately ? 'warning' : 'ok'} />
      <div className="sender-body">
        <p className="row sender-head">
          <b>{doorLabel(door.door)}</b>
          <span className="push dim">
            <b className="ink">{formatCount(accepted)}</b> taken, {formatCount(total)} refused
          </span>
        </p>
        {refused.length > 0 && (
          <ul className="refusals">
            {refused.map((refusal) => (
              <li key={`${refusal.reason} ${refusal.from}`} className="refusal">
                <b className="refusal-count">
                  {formatCount(refusal.count)}{' '}
                  <span className="refusal-what">{refusal.count === 1 ? 'result' : 'results'}</span>
                </b>
                <p className="refusal-words">
                  {refusalWords(refusal.reason)}
                  {refusal.from !== '' && (
                    <>
                      {', from '}
                      <bdi className="mono">{refusal.from}</bdi>
                    </>
                  )}
                  {refusal.about !== '' && (
                    <span className="dim">
                      {', last '}
                      <bdi>{refusal.about}</bdi>
                    </span>
                  )}
                  <code className="mono dim">{refusal.reason}</code>
                </p>
                <span className="sub refusal-age">
                  <Age sinceMs={refusal.last_ms} nowMs={nowMs} />
                </span>
                {refusal.cure !== '' && (
                  <p className="sub refusal-cure">
                    <CodeWords text={sentence(refusal.cure)} />
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </article>
  );
}
