import { Link } from 'wouter';
import { Mark } from './mark.tsx';
import type { MarkKind } from '../fleet/state.ts';

export interface Choice {
  readonly id: string;
  /** A state, before its label. */
  readonly mark?: MarkKind;
  readonly label: string;
  readonly href: string;
}

/** A row of alternatives that live in the address: the browser's back returns to the one before. */
export function Choices(props: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
}) {
  return (
    <nav className="choices" aria-label={props.label}>
      {props.choices.map((choice) => (
        <Link
          key={choice.id}
          href={choice.href}
          aria-current={choice.id === props.chosen ? 'true' : undefined}
        >
          {choice.mark && <Mark kind={choice.mark} silent />}
          {choice.label}
        </Link>
      ))}
    </nav>
  );
}
