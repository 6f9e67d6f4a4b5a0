import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import './alerts.css';
import { ExplainChain } from './explain-chain.tsx';
import { faultWords } from '../services/fault-words.ts';
import { explainLink } from '../../fleet/link.ts';
import { sentence } from '../../format/sentence.ts';
import { alertQueries } from '../../live/alert-queries.ts';
import type { ServiceNames } from '../../fleet/link.ts';

/** Why somebody was told of a service, or nobody; asked for once it is unfolded. */
export function ExplainFold({ names }: { readonly names: ServiceNames }) {
  const [opened, setOpened] = useState(false);
  const { data, error } = useQuery({ ...alertQueries.explain(names), enabled: opened });
  return (
    <details className="explain-fold" onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>Why was I paged, or not?</summary>
      {error && !data && <p className="sub">{faultWords(error, 'why is not known')}</p>}
      {data && (
        <>
          <p className="explain-sentence">
            <bdi>{sentence(data.sentence)}</bdi>
          </p>
          <ExplainChain steps={data.steps} />
          <Link href={explainLink(names)} className="button">
            Routes, and what was sent
          </Link>
        </>
      )}
      {!data && !error && <p className="sub">Looking…</p>}
    </details>
  );
}
