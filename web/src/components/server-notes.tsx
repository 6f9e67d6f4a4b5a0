import { useQuery } from '@tanstack/react-query';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';

/** What the server wants its operator to know, folded into a line. */
export function ServerNotes({ className = '' }: { readonly className?: string }) {
  const { data } = useQuery(queries.status());
  const notes = data?.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <details className={`server-notes ${className}`} title={notes.join('\n')}>
      <summary>
        <Mark kind="warning" silent />
        {notes.length === 1 ? '1 note of the server' : `${notes.length} notes of the server`}
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}
