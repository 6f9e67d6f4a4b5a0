import type { ReactNode } from 'react';

/** A line of a `dl.facts`: what is said of something, and what it is. */
export function FactRow(props: {
  readonly label: string;
  readonly text: string;
  /** In place of the text, where it is more than that; the text stands on hover. */
  readonly children?: ReactNode;
}) {
  const { label, text, children } = props;
  return (
    <div>
      <dt className="sub">
        <bdi>{label}</bdi>
      </dt>
      <dd className="mono" title={text}>
        {children ?? <bdi>{text}</bdi>}
      </dd>
    </div>
  );
}
