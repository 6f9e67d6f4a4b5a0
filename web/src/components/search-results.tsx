import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { ApiFault } from '../live/api.ts';
import { sentence } from '../format/sentence.ts';
import { formatCount } from '../format/number.ts';
import { Mark } from '../ui/mark.tsx';
import type { FoundGroup, FoundRow } from '../fleet/found.ts';
import type { SearchAnswer } from '../../../src/contract/api.ts';

/** What was found, below the field that has the focus: the list only shows what is chosen there. */
export function SearchResults(props: {
  readonly id: string;
  readonly words: string;
  readonly groups: readonly FoundGroup[];
  /** Among the rows of all groups. */
  readonly chosen: number;
  readonly answer: { readonly data: SearchAnswer | undefined; readonly error: Error | null };
  readonly onChoose: () => void;
}) {
  const { id, words, groups, chosen, answer, onChoose } = props;
  const leftOut = answer.data?.left_out ?? 0;
  const firsts = firstRows(groups);
  return (
    // Pressing on it leaves the focus in the field.
    <div className="search-results" onPointerDown={(event) => event.preventDefault()}>
      <div id={id} role="listbox" aria-label="Found">
        {groups.map(({ title, rows }, group) => {
          const first = firsts[group] ?? 0;
          return (
            <div key={title} role="group" aria-label={title} className="found-group">
              <span className="found-title" aria-hidden="true">
                {title}
              </span>
              {rows.map((row, i) => (
                <FoundOption
                  key={row.href}
                  id={`${id}-${first + i}`}
                  row={row}
                  chosen={first + i === chosen}
                  onChoose={onChoose}
                />
              ))}
            </div>
          );
        })}
      </div>
      {words !== '' && leftOut > 0 && groups.length > 0 && (
        <p className="search-note sub">and {formatCount(leftOut)} more; another word narrows them</p>
      )}
      {groups.length === 0 && (
        <SearchNote words={words} error={answer.error} known={answer.data !== undefined} />
      )}
    </div>
  );
}

/** The place of each group's first row among all rows. */
function firstRows(groups: readonly FoundGroup[]): number[] {
  return groups.map((_, i) => groups.slice(0, i).reduce((sum, { rows }) => sum + rows.length, 0));
}

function FoundOption(props: {
  readonly id: string;
  readonly row: FoundRow;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const { id, row, chosen, onChoose } = props;
  const ref = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <Link
      ref={ref}
      id={id}
      href={row.href}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className="found"
      data-under={row.under || undefined}
      onClick={onChoose}
    >
      {row.mark === null ? <span className="mark" aria-hidden="true" /> : <Mark kind={row.mark} />}
      <bdi className="mono ellipsis" title={row.name}>
        {row.name}
      </bdi>
      <bdi className="sub ellipsis found-place" title={row.place}>
        {row.place}
      </bdi>
    </Link>
  );
}

/** How to search; that nothing was found; why it could not be. */
function SearchNote(props: {
  readonly words: string;
  readonly error: Error | null;
  readonly known: boolean;
}) {
  const { words, error, known } = props;
  if (error instanceof ApiFault) {
    return (
      <p className="search-note" role="status">
        {sentence(error.message)} <span className="sub">{sentence(error.cure)}</span>
      </p>
    );
  }
  if (error) {
    return (
      <p className="search-note" role="status">
        Muster does not answer: nothing can be found for the moment.
      </p>
    );
  }
  if (words !== '' && !known) return <p className="search-note sub">Searching…</p>;
  return (
    <div className="search-note sub">
      {words !== '' && (
        <p className="ink" role="status">
          Nothing matches “<bdi>{words}</bdi>”.
        </p>
      )}
      <p>
        Words that all occur in a name, in any order: <code className="mono">web 0417</code>
      </p>
      <p>
        Or a regular expression for the whole name: <code className="mono">web-0[1-4].*</code>
      </p>
    </div>
  );
}
