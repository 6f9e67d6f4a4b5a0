import { IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { readFact } from '../../../src/contract/facts.ts';
import { withoutFact } from '../fleet/link.ts';
import { formatCount } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { Mark } from '../ui/mark.tsx';

/** `?fact=role:db`, once or several times: what the hosts shown have, each a way to show those without it too. */
export function FactFilters() {
  const { path, search } = useAddress();
  return [...new Set(search.getAll('fact'))].map((text) => {
    const { fact, pattern } = readFact(text) ?? { fact: '', pattern: text };
    const value = pattern.replaceAll(/\\(\W)/g, '$1');
    return (
      <Link key={text} href={withoutFact(path, search, text)} replace className="pill tag">
        <bdi>{fact}</bdi>
        <bdi className="mono ink ellipsis">{value}</bdi>
        <IconX size={14} aria-hidden="true" />
        <span className="hidden-text">: hosts without it too</span>
      </Link>
    );
  });
}

/** `?retired=shown`: hosts that have left are not shown unless asked for. */
export function RetiredSwitch({ count }: { readonly count: number }) {
  const { search, link } = useAddress();
  const shown = search.get('retired') === 'shown';
  if (count === 0 && !shown) return null;
  return (
    <Link
      href={link({ retired: shown ? undefined : 'shown' })}
      replace
      className="pill tag"
      title={shown ? 'Hide hosts that have left' : 'Show hosts that have left'}
      data-on={shown || undefined}
    >
      <Mark kind="retired" silent />
      <span className="hidden-text">{shown ? 'Hide' : 'Show'} </span>
      {formatCount(count)} retired<span className="hidden-text"> hosts</span>
      {shown && <IconX size={14} aria-hidden="true" />}
    </Link>
  );
}
