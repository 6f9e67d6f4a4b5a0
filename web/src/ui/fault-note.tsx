import { Mark } from './mark.tsx';

/** What happened, what it means for what is on screen, what to do. */
export function FaultNote(props: {
  readonly happened: string;
  readonly means: string;
  readonly cure: string;
}) {
  return (
    <div className="card note" role="status">
      <Mark kind="unknown" silent />
      <p className="note-title">{props.happened}</p>
      <p className="sub">
        {props.means} {props.cure}
      </p>
    </div>
  );
}
