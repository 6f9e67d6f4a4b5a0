import { useMemo } from 'react';
import { Link } from 'wouter';
import { orderDefinitions, wordsOf } from '../../fleet/check-words.ts';
import { servicesLink } from '../../fleet/link.ts';
import { matchesWords } from '../../fleet/pattern.ts';
import { kindLabel } from '../../fleet/service-list.ts';
import { formatCount } from '../../format/number.ts';
import { sentence } from '../../format/sentence.ts';
import { useAddress } from '../../live/address.ts';
import { FilterField } from '../../ui/filter-field.tsx';
import { CodeWords } from '../../ui/code-words.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { DefinitionView } from '../../fleet/check-words.ts';

/** More are found by words. */
const ROWS_MAX = 200;
/** Fewer are seen at once. */
const FILTERED_FROM = 8;

/** What the files of checks define, and what came of it; those that do not do all they say come first. */
export function DefinitionTable({ definitions }: { readonly definitions: readonly DefinitionView[] }) {
  const { search, change } = useAddress();
  const words = search.get('q') ?? '';
  const found = useMemo(
    () =>
      orderDefinitions(definitions).filter(
        ({ name, where, kind, note }) => words === '' || matchesWords(words, [name, where, kind, note]),
      ),
    [definitions, words],
  );
  const noted = definitions.filter(({ note }) => note !== '').length;
  return (
    <section className="card card-flush" aria-label="Definitions">
      <div className="card-head definition-head">
        <h2>Definitions</h2>
        <span className="sub">
          {formatCount(definitions.length)}
          {noted > 0 && `, ${formatCount(noted)} to look at`}
        </span>
        {definitions.length >= FILTERED_FROM && (
          <span className="push">
            <FilterField label="Filter definitions" value={words} onChange={(q) => change({ q })} />
          </span>
        )}
      </div>
      <ul>
        {found.slice(0, ROWS_MAX).map((definition) => (
          <DefinitionRow key={definition.name} definition={definition} />
        ))}
      </ul>
      {found.length > ROWS_MAX && (
        <p className="sub none-match">and {formatCount(found.length - ROWS_MAX)} more: a word shows others</p>
      )}
      {found.length === 0 && (
        <p className="sub none-match">
          {definitions.length === 0 ? (
            <>
              No file of <code className="mono">checks/*.yaml</code> defines a service.
            </>
          ) : (
            'No definition has these words.'
          )}
        </p>
      )}
    </section>
  );
}

function DefinitionRow({ definition }: { readonly definition: DefinitionView }) {
  const { name, where, kind, services, problems, note } = definition;
  return (
    <li className="definition-row">
      {note !== '' && <Mark kind="warning" />}
      <p className="definition-name">
        <Link href={servicesLink({ q: wordsOf(name) })} className="cover-link" data-row="go">
          <bdi>{name}</bdi>
        </Link>
      </p>
      <span className="sub definition-kind">{kindLabel(kind)}</span>
      <span className="right nowrap">
        {formatCount(services)} <span className="sub">{services === 1 ? 'service' : 'services'}</span>
      </span>
      <span className="right nowrap definition-problems">
        {problems > 0 ? (
          <Link
            href={servicesLink({ q: wordsOf(name), only: 'problems' })}
            className="service-link ink-critical"
          >
            {formatCount(problems)} {problems === 1 ? 'problem' : 'problems'}
          </Link>
        ) : (
          <span className="sub">no problem</span>
        )}
      </span>
      <span className="mono sub ellipsis definition-file" title={where}>
        {where}
      </span>
      {note !== '' && (
        <p className="sub definition-note">
          <CodeWords text={sentence(note)} />
        </p>
      )}
    </li>
  );
}
