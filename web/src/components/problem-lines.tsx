import { useRef } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { navigate } from 'wouter/use-browser-location';
import { GroupRow, Lasting, problemWords, ProblemRow } from './problem-list.tsx';
import { hostKey } from '../fleet/host-key.ts';
import { hostLink, serviceLink } from '../fleet/link.ts';
import { placeWords } from '../fleet/place.ts';
import { markOf } from '../fleet/state.ts';
import type { ProblemLine } from '../fleet/problem-group.ts';
import type { Problem } from '../fleet/problem.ts';

const LINE_PX = 66;

/** The list of the problems page: groups and the hosts of those unfolded, only those near the window. */
export function ProblemLines(props: {
  readonly lines: readonly ProblemLine[];
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly nowMs: number;
  readonly selected: string | undefined;
  readonly hrefOf: (key: string) => string;
  readonly onUnfold: (key: string) => void;
}) {
  const { lines, lastSeen, nowMs, selected, hrefOf, onUnfold } = props;
  const list = useRef<HTMLUListElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 10,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const seen = ({ service }: Problem) => lastSeen.get(hostKey(service.cluster, service.host));
  const linkOf = (line: ProblemLine) => ({
    href: hrefOf(line.key),
    selected: line.key === selected,
    selects: true,
    onEnter: () => {
      const group = line.kind === 'group' && line.group.hosts > 1;
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
            {line.kind === 'group' ? (
              <GroupRow
                {...linkOf(line)}
                group={line.group}
                lastSeenMs={seen(line.group.problems[0])}
                nowMs={nowMs}
                unfolded={line.unfolded}
                onUnfold={() => onUnfold(line.key)}
              />
            ) : (
              <ProblemRow
                {...linkOf(line)}
                mark={markOf(line.problem.service.state)}
                title={placeWords(line.problem.service)}
                words={problemWords(line.problem, seen(line.problem), nowMs)}
                time={<Lasting sinceMs={line.problem.service.since_ms} nowMs={nowMs} />}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function hostOf(line: ProblemLine): string {
  const { service } = line.kind === 'group' ? line.group.problems[0] : line.problem;
  return service.host === '' ? serviceLink(service) : hostLink(service.cluster, service.host);
}
