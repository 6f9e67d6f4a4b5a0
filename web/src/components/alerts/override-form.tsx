import { useId, useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../actions/toast.tsx';
import { faultWords } from '../services/fault-words.ts';
import { fieldSeconds, localField } from '../../format/instant.ts';
import { alertApi } from '../../live/alert-api.ts';
import { savedAuthor, saveAuthor } from '../../live/author.ts';
import { useSession } from '../../live/session.tsx';
import type { OverrideBody, RotaView } from '../../../../src/contract/alert-views.ts';

const HOURS_USUAL = 8;

/** Somebody takes over for a while: from, to, and why. */
export function OverrideForm(props: {
  readonly rota: RotaView;
  readonly nowMs: number;
  readonly onDone: () => void;
}) {
  const { rota, nowMs, onDone } = props;
  const client = useQueryClient();
  const toast = useToast();
  const { session } = useSession();
  const peopleId = useId();
  const [opened] = useState(nowMs);
  const taking = useMutation({
    mutationFn: (body: OverrideBody) => alertApi.override(rota.name, body),
    onSuccess: (_, body) => {
      if (body.author) saveAuthor(body.author);
      toast({ words: `${body.who} takes over.` });
      onDone();
      return client.invalidateQueries({ queryKey: ['oncall'] });
    },
  });
  return (
    <form
      className="override-form"
      aria-label={`Take over ${rota.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        taking.mutate(bodyOf(new FormData(event.currentTarget)));
      }}
    >
      <label className="mark-field">
        <span>Who</span>
        <span className="field">
          <input name="who" required maxLength={1000} list={peopleId} autoComplete="off" autoFocus />
        </span>
        <datalist id={peopleId}>
          {rota.people.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <TimeField name="from" label="From" atMs={opened} />
      <TimeField name="to" label="To" atMs={opened + HOURS_USUAL * 3_600_000} />
      <label className="mark-field mark-text">
        <span>Why</span>
        <span className="field">
          <input name="comment" maxLength={2000} autoComplete="off" />
        </span>
      </label>
      {session?.mode === 'none' && (
        <label className="mark-field">
          <span>Your name</span>
          <span className="field">
            <input name="author" maxLength={200} defaultValue={savedAuthor()} autoComplete="nickname" />
          </span>
        </label>
      )}
      <div className="row mark-actions">
        <button type="submit" className="button button-main" disabled={taking.isPending}>
          {taking.isPending ? 'One moment…' : 'Take over'}
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
      </div>
      <p role="alert" className="ink-critical override-fault">
        {taking.error ? faultWords(taking.error, 'nobody takes over') : ''}
      </p>
    </form>
  );
}

function TimeField(props: { readonly name: string; readonly label: string; readonly atMs: number }) {
  return (
    <label className="mark-field">
      <span>{props.label}</span>
      <span className="field">
        <input
          type="datetime-local"
          name={props.name}
          required
          defaultValue={localField(props.atMs / 1000).slice(0, 16)}
        />
      </span>
    </label>
  );
}

function bodyOf(fields: FormData): OverrideBody {
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [comment, author] = [text('comment'), text('author')];
  return {
    who: text('who'),
    from_ms: fieldSeconds(text('from')) * 1000,
    to_ms: fieldSeconds(text('to')) * 1000,
    ...(comment !== '' && { comment }),
    ...(author !== '' && { author }),
  };
}
