import { Link } from 'wouter';
import { Skew } from './skew.tsx';
import { clusterLink, hostLink, hostsFromLink, senderLink } from '../fleet/link.ts';
import { refusalWords } from '../fleet/refusal.ts';
import { addressWords, OTHERS } from '../fleet/sender.ts';
import { formatCount, formatInstant, formatShort } from '../format/number.ts';
import { sentence } from '../format/sentence.ts';
import { Age } from '../ui/age.tsx';
import { CodeWords } from '../ui/code-words.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Refusal, Sender } from '../fleet/sender.ts';
import type { SourceView } from '../../../src/contract/api.ts';

/** More reasons than these are folded. */
const REASONS_FIRST = 3;

/** A sender of which something is refused: what, how much, since when, and what mends it. */
export function SenderCard(props: {
  readonly sender: Sender;
  readonly nowMs: number;
  /** The only one of the page: everything that is known of it. */
  readonly alone?: boolean;
}) {
  const { sender, nowMs, alone = false } = props;
  const { source, mark, lately } = sender;
  const told = alone ? source.refused : lately;
  const older = source.refused.length - told.length;
  const most = alone ? told.length : REASONS_FIRST;
  const [first, more] = [told.slice(0, most), told.slice(most)];
  return (
    <article className="sender" aria-label={`${source.address} in ${source.group}`}>
      <Mark kind={mark} />
      <div className="sender-body">
        <p className="row sender-head">
          <Link
            href={senderLink(source.group, source.address)}
            className="mono sender-address"
            data-row="go"
            title={source.address}
          >
            <bdi>{addressWords(source.address)}</bdi>
          </Link>
          <Link href={clusterLink(source.group)} className="pill ellipsis" title={`group ${source.group}`}>
            <bdi>{source.group}</bdi>
          </Link>
          <span className="push nowrap">
            <TakenWords sender={sender} />
          </span>
        </p>
        <Refusals refused={first} nowMs={nowMs} />
        {more.length > 0 && (
          <details className="sender-more">
            <summary>{more.length === 1 ? 'one more reason' : `${more.length} more reasons`}</summary>
            <Refusals refused={more} nowMs={nowMs} />
          </details>
        )}
        <p className="sub sender-facts">
          <SenderFacts source={source} nowMs={nowMs} alone={alone} />
          {older > 0 && (
            <Link href={senderLink(source.group, source.address)} className="sender-link">
              {older === 1 ? 'one older refusal' : `${older} older refusals`}
            </Link>
          )}
        </p>
      </div>
    </article>
  );
}

/** What becomes of the rest. */
function TakenWords({ sender: { source, mark, ongoing, turnedAway } }: { readonly sender: Sender }) {
  if (mark === 'critical') return <b className="ink-critical">nothing of it is taken</b>;
  if (turnedAway) return <span className="dim">turned away</span>;
  if (source.values_per_second === 0) return <span className="dim">nothing comes now</span>;
  return (
    <span className="dim">
      <b className="ink">{formatShort(source.values_per_second)}</b> values/s taken
      {!ongoing && ', nothing refused now'}
    </span>
  );
}

export function Refusals({
  refused,
  nowMs,
}: {
  readonly refused: readonly Refusal[];
  readonly nowMs: number;
}) {
  return (
    <ul className="refusals">
      {refused.map((refusal) => (
        <li key={`${refusal.what} ${refusal.reason}`} className="refusal">
          <b className="refusal-count">
            {formatCount(refusal.count)} <span className="refusal-what">{whatOf(refusal)}</span>
          </b>
          <p className="refusal-words">
            {refusalWords(refusal.reason)}
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
  );
}

/** A `packet` is a datagram in this project's words for people. */
function whatOf({ what, count }: Refusal): string {
  const word = what === 'packet' ? 'datagram' : 'value';
  return count === 1 ? word : `${word}s`;
}

function SenderFacts(props: {
  readonly source: SourceView;
  readonly nowMs: number;
  readonly alone: boolean;
}) {
  const { source, nowMs, alone } = props;
  return (
    <>
      <span>{source.protocols.join(', ') || 'no protocol known'}</span>
      {source.hosts_total > 0 && (
        <span>
          <HostLinks source={source} most={alone ? Number.POSITIVE_INFINITY : 3} />
        </span>
      )}
      {source.series > 0 && <span>{formatCount(source.series)} series</span>}
      {source.clock_skew_ms !== null && (
        <span>
          clock <Skew skewMs={source.clock_skew_ms} />
        </span>
      )}
      {alone && (
        <span>
          {formatCount(source.values)} values of {formatCount(source.packets)} datagrams since{' '}
          {formatInstant(source.first_seen_ms)}
        </span>
      )}
      <span>
        heard <Age sinceMs={source.last_seen_ms} nowMs={nowMs} />
      </span>
    </>
  );
}

/** The first hosts an address speaks for; the rest on their cluster's page, found by the address. */
export function HostLinks({ source, most }: { readonly source: SourceView; readonly most: number }) {
  const { group, hosts, hosts_total: total, address } = source;
  const shown = hosts.slice(0, most);
  const more = total - shown.length;
  return (
    <>
      {shown.map((host, i) => (
        <span key={host}>
          {i > 0 && ', '}
          <Link href={hostLink(group, host)} className="mono sender-link">
            <bdi>{host}</bdi>
          </Link>
        </span>
      ))}
      {more > 0 && (
        <>
          {shown.length > 0 && ' and '}
          <Link
            href={address === OTHERS ? clusterLink(group) : hostsFromLink(group, address)}
            className="sender-link"
          >
            {formatCount(more)} {shown.length > 0 ? 'more' : 'hosts'}
          </Link>
        </>
      )}
    </>
  );
}
