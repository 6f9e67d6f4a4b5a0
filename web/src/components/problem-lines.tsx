import { useRef } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { navigate } from 'wouter/use-browser-location';
import { PickBox } from './actions/pick-box.tsx';
import { ToldLine } from './told-line.tsx';
import { GroupRow, Lasting, problemWords, ProblemRow } from './problem-list.tsx';
import { hostKey } from '../fleet/host-key.ts';
import { hostLink, serviceLink } from '../fleet/link.ts';
import { placeWords } from '../fleet/place.ts';
import { groupTitle, isGroup } from '../fleet/problem-group.ts';
import { problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import type { RowLink } from './problem-list.tsx';
import type { Picked } from './actions/picked.ts';
import type { ProblemLine } from '../fleet/problem-group.ts';
import type { Problem } from '../fleet/problem.ts';

const LINE_PX = 86;

/** The list of the problems page: groups and the hosts of those unfolded, only those near the window. */
export function ProblemLines(props: {
  readonly lines: readonly ProblemLine[];
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly nowMs: number;
  readonly selected: string | undefined;
  readonly hrefOf: (key: string) => string;
  readonly onUnfold: (key: string) => void;
  readonly picked: Picked;
}) {
  const { lines, lastSeen, nowMs, selected, hrefOf, onUnfold, picked } = props;
  const list = useRef<HTMLUListElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 10,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const seen = (line: ProblemLine) => {
    const { cluster, host } = firstOf(line).service;
    return lastSeen.get(hostKey(cluster, host));
  };
  const linkOf = (line: ProblemLine) => ({
    href: hrefOf(line.key),
    selected: line.key === selected,
    selects: true,
    onEnter: () => {
      const group = line.kind === 'group' && isGroup(line.group);
      if (group) onUnfold(line.key);
      else navigate(hostOf(line));
    },
  });
  return (
    <ul ref={list} className="virtual-list" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const line = lines[item.index];
        if (!line) return null;
        return (
          <li
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className={line.kind === 'member' ? 'member' : undefined}
            style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
          >
            <Line
              line={line}
              link={linkOf(line)}
              lastSeenMs={seen(line)}
              nowMs={nowMs}
              picked={picked}
              onUnfold={() => onUnfold(line.key)}
            />
          </li>
        );
      })}
    </ul>
  );
}

function Line(props: {
  readonly line: ProblemLine;
  readonly link: RowLink;
  readonly lastSeenMs: number | undefined;
  readonly nowMs: number;
  readonly picked: Picked;
  readonly onUnfold: () => void;
}) {
  const { line, link, lastSeenMs, nowMs, picked, onUnfold } = props;
  const pick = (
    <PickBox
      title={titleOf(line)}
      picked={picked.of(line)}
      onToggle={(through) => picked.toggle(line, through)}
    />
  );
  if (line.kind === 'member') {
    const { service } = line.problem;
    return (
      <ProblemRow
        {...link}
        mark={markOf(service.state)}
        title={titleOf(line)}
        pick={pick}
        words={problemWords(line.problem, lastSeenMs, nowMs)}
        time={<Lasting sinceMs={service.since_ms} nowMs={nowMs} />}
      />
    );
  }
  const { group, unfolded } = line;
  return (
    <GroupRow
      {...link}
      {...{ group, lastSeenMs, nowMs, unfolded, onUnfold, pick }}
      told={group.incident && <ToldLine incident={group.incident} nowMs={nowMs} />}
    />
  );
}

function firstOf(line: ProblemLine): Problem {
  return line.kind === 'group' ? line.group.problems[0] : line.problem;
}

function titleOf(line: ProblemLine): string {
  if (line.kind === 'group') return groupTitle(line.group);
  return line.mixed ? problemTitle(line.problem.service) : placeWords(line.problem.service);
}

function hostOf(line: ProblemLine): string {
  const { service } = firstOf(line);
  return service.host === '' ? serviceLink(service) : hostLink(service.cluster, service.host);
}
