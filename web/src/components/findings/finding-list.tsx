import { useState } from 'react';
import { FindingCard } from './finding-card.tsx';
import { HeldLists } from './held-list.tsx';
import { findingKey, groupFindings } from '../../fleet/finding.ts';
import { FINDING_TITLES } from '../../../../src/contract/findings.ts';
import { formatCount } from '../../format/number.ts';
import { Mark } from '../../ui/mark.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import type { DiagnosisAnswer, ReconcilerView } from '../../../../src/contract/instances.ts';
import type { FindingGroup } from '../../fleet/finding.ts';

/** More of a kind than these are folded. */
const FIRST = 5;

/** What is amiss, by kind; a kind stands where its gravest finding does. */
export function FindingList(props: {
  readonly answer: DiagnosisAnswer;
  readonly words: string;
  readonly group: string;
  readonly lists: readonly ReconcilerView[];
}) {
  const { answer, words, group, lists } = props;
  const groups = groupFindings(answer, words);
  if (groups.length === 0) return words.trim() === '' ? <NothingAmiss group={group} /> : null;
  return (
    <>
      {groups.map((one) => (
        <KindCard key={one.kind} of={one} lists={lists} />
      ))}
    </>
  );
}

function KindCard({ of, lists }: { readonly of: FindingGroup; readonly lists: readonly ReconcilerView[] }) {
  const { kind, title, findings, count } = of;
  const [whole, setWhole] = useState(false);
  const shown = whole ? findings : findings.slice(0, FIRST);
  const folded = findings.length - shown.length;
  return (
    <section className="card card-flush" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        <span className="sub push">{countWords(findings.length, count)}</span>
      </div>
      {kind === 'list-held' && lists.some(({ held }) => held !== null) ? (
        <HeldLists lists={lists} />
      ) : (
        <ul>
          {shown.map((finding, i) => (
            <li key={findingKey(finding)}>
              <FindingCard finding={finding} open={i === 0 && finding.weight === 'critical'} />
            </li>
          ))}
        </ul>
      )}
      {folded > 0 && (
        <p className="finding-more">
          <button type="button" className="button" onClick={() => setWhole(true)}>
            Show {formatCount(folded)} more
          </button>
        </p>
      )}
    </section>
  );
}

/** `200 of 312`: an answer has room for some of each kind. */
function countWords(here: number, all: number): string {
  return here < all ? `${formatCount(here)} of ${formatCount(all)}` : formatCount(here);
}

/** Calm is one line; who wants to know what would stand here unfolds it. */
function NothingAmiss({ group }: { readonly group: string }) {
  const where = group === '' ? '' : ` --group ${group}`;
  return (
    <section className="card nothing-amiss" aria-label="Nothing is amiss">
      <h2 className="row">
        <Mark kind="ok" silent />
        <span>
          Nothing is amiss between this server and who talks to {group === '' ? 'it' : <bdi>{group}</bdi>}
        </span>
      </h2>
      <details>
        <summary className="sub">What is looked for</summary>
        <div className="finding-mend">
          <ul className="finding-causes sub">
            {Object.entries(FINDING_TITLES).map(([kind, title]) => (
              <li key={kind}>{title}</li>
            ))}
          </ul>
          <div className="finding-lines">
            <h3>The same in a terminal of the server</h3>
            <Snippet label="the command" text={`script/muster doctor${where}`} />
          </div>
        </div>
      </details>
    </section>
  );
}
