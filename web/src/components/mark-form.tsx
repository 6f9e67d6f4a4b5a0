import { useId, useRef, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { tagsOf } from '../fleet/event-list.ts';
import { fieldSeconds, localField } from '../format/instant.ts';
import { sentence } from '../format/sentence.ts';
import { ApiFault, api } from '../live/api.ts';
import { queries } from '../live/queries.ts';
import type { EventBody } from '../../../src/contract/api.ts';

/** Posts a deploy mark or a note, of now or of another time. */
export function MarkForm(props: {
  readonly cluster: string;
  readonly host?: string;
  readonly onDone: () => void;
}) {
  const { cluster, host = '', onDone } = props;
  const client = useQueryClient();
  const textField = useRef<HTMLInputElement>(null);
  const posting = useMutation({
    mutationFn: (event: EventBody) => api.postEvent(event),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['events'] });
      onDone();
    },
    onError: () => textField.current?.focus(),
  });
  return (
    <form
      className="card mark-form"
      aria-label="Post a mark"
      onSubmit={(event) => {
        event.preventDefault();
        posting.mutate(bodyOf(new FormData(event.currentTarget)));
      }}
    >
      <label className="mark-field">
        <span>Kind</span>
        <select name="kind" className="select" defaultValue="note">
          <option value="note">Note</option>
          <option value="deploy">Deploy</option>
        </select>
      </label>
      <label className="mark-field mark-text">
        <span>What happened</span>
        <span className="field">
          <input ref={textField} name="text" required maxLength={1000} autoComplete="off" autoFocus />
        </span>
      </label>
      <PlaceFields cluster={cluster} host={host} />
      <label className="mark-field">
        <span>Tags</span>
        <span className="field">
          <input name="tags" placeholder="with commas between" autoComplete="off" spellCheck={false} />
        </span>
      </label>
      <TimeField />
      <div className="row mark-actions">
        <button type="submit" className="button button-main" disabled={posting.isPending}>
          {posting.isPending ? 'Posting…' : 'Post'}
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
        <p role="alert" className="ink-critical">
          {posting.error ? faultWords(posting.error) : ''}
        </p>
      </div>
    </form>
  );
}

const HOSTS_OFFERED = 500;

/** What the mark is of: a host, a cluster, or everything. */
function PlaceFields({ cluster, host }: { readonly cluster: string; readonly host: string }) {
  const [where, setWhere] = useState(cluster);
  const hostsId = useId();
  const clusters = useQuery(queries.clusters());
  const hosts = useQuery({ ...queries.hostsOf(where), enabled: where !== '' });
  return (
    <>
      <label className="mark-field">
        <span>Cluster</span>
        <select
          name="cluster"
          className="select"
          value={where}
          onChange={(event) => setWhere(event.currentTarget.value)}
        >
          <option value="">the whole grid</option>
          {clusters.data?.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="mark-field">
        <span>Host</span>
        <span className="field">
          <input
            // Of another cluster it is another host.
            key={where}
            name="host"
            list={hostsId}
            defaultValue={where === cluster ? host : ''}
            placeholder={where === '' ? 'choose a cluster first' : 'all of them'}
            disabled={where === ''}
            autoComplete="off"
            spellCheck={false}
          />
        </span>
        <datalist id={hostsId}>
          {hosts.data?.slice(0, HOSTS_OFFERED).map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
    </>
  );
}

/** Most marks are of now: another time is asked for only on demand. */
function TimeField() {
  const [other, setOther] = useState(false);
  if (!other) {
    return (
      <button type="button" className="button button-bare" onClick={() => setOther(true)}>
        At another time
      </button>
    );
  }
  return (
    <label className="mark-field">
      <span>Time</span>
      <span className="field">
        <input
          type="datetime-local"
          name="time"
          step={1}
          required
          defaultValue={localField(Date.now() / 1000)}
        />
      </span>
    </label>
  );
}

function bodyOf(fields: FormData): EventBody {
  const field = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [cluster, host] = [field('cluster'), field('host')];
  const tags = tagsOf(field('tags'));
  const time = fieldSeconds(field('time'));
  return {
    text: field('text'),
    kind: field('kind') === 'deploy' ? 'deploy' : 'note',
    ...(cluster !== '' && { cluster }),
    ...(host !== '' && { host }),
    ...(tags.length > 0 && { tags }),
    ...(Number.isFinite(time) && { time }),
  };
}

function faultWords(error: Error): string {
  if (error instanceof ApiFault) return `${sentence(error.message)} ${sentence(error.cure)}`;
  return 'Muster does not answer: nothing was posted. Try again.';
}
