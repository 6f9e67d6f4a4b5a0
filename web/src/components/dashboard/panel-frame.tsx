import { QueryFault } from '../query-fault.tsx';
import { sentence } from '../../format/sentence.ts';
import { FaultNote } from '../../ui/fault-note.tsx';
import type { ReactNode } from 'react';
import type { ErrorBody } from '../../../../src/contract/api.ts';
import type { HostSelector } from '../../fleet/dashboard.ts';

/** A panel's card: its title, what stands beside it, what went wrong. */
export function PanelFrame(props: {
  readonly title: string;
  /** Beside the title: units, counts. */
  readonly aside?: ReactNode;
  /** The body has the title among its own. */
  readonly untitled?: boolean;
  readonly error?: Error | null;
  /** The feed refused. */
  readonly refused?: ErrorBody | undefined;
  /** Something older is on screen in spite of the error. */
  readonly stale?: boolean;
  /** The body has no margin of its own. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  const { title, aside, untitled = false, error = null, refused, stale = false, flush = false } = props;
  return (
    <section className={flush ? 'card panel panel-flush' : 'card panel'}>
      {!untitled && (title !== '' || Boolean(aside)) && (
        <div className="row panel-head">
          <PanelTitle title={title} aside={aside} />
        </div>
      )}
      <QueryFault error={error} what="this panel" stale={stale} />
      {refused && (
        <FaultNote
          happened={sentence(refused.message)}
          means="So there is nothing to show in this panel."
          cure={sentence(refused.cure)}
        />
      )}
      {props.children}
    </section>
  );
}

export function PanelTitle({ title, aside }: { readonly title: string; readonly aside?: ReactNode }) {
  return (
    <>
      {title !== '' && (
        <h2 className="ellipsis" title={title}>
          <bdi>{title}</bdi>
        </h2>
      )}
      {aside && <span className="sub push nowrap">{aside}</span>}
    </>
  );
}

/** What a panel says that has nothing to show. */
export function NothingMatches({ children, px }: { readonly children: ReactNode; readonly px: number }) {
  return (
    <div className="panel-nothing sub" style={{ minHeight: px }}>
      <p>{children}</p>
    </div>
  );
}

/** `metric load_one of hosts web-.* in cluster web`: as the panel asks, with what was chosen. */
export function AskedFor(props: HostSelector & { readonly metric: string }) {
  const { metric, cluster, host, fact } = props;
  return (
    <>
      Nothing matches metric <bdi className="mono ink">{metric}</bdi>
      {host !== '.*' && (
        <>
          {' '}
          of host <bdi className="mono ink">{host}</bdi>
        </>
      )}{' '}
      in cluster <bdi className="mono ink">{cluster}</bdi>
      <WithFacts fact={fact} />.
    </>
  );
}

/** `No host matches web-.* in cluster web with role:db.*.` */
export function NoHostMatches({ cluster, host, fact }: HostSelector) {
  return (
    <>
      No host matches <bdi className="mono ink">{host}</bdi> in cluster{' '}
      <bdi className="mono ink">{cluster}</bdi>
      <WithFacts fact={fact} />.
    </>
  );
}

function WithFacts({ fact }: Pick<HostSelector, 'fact'>) {
  if (fact.length === 0) return null;
  return (
    <>
      {' '}
      with <bdi className="mono ink">{fact.join(' ')}</bdi>
    </>
  );
}
