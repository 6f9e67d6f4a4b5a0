import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconSend } from '@tabler/icons-react';
import { faultWords } from './fault-words.ts';
import { HOST_SERVICE } from '../../fleet/problem.ts';
import { api } from '../../live/api.ts';
import type { ResultBody, ServiceView } from '../../../../src/contract/api.ts';

/** Tells how a passive service is, as a job or an agent would. */
export function SendResult({ service }: { readonly service: ServiceView }) {
  const [opened, setOpened] = useState(false);
  const [taken, setTaken] = useState('');
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: (result: ResultBody) => api.sendResult(service, result),
    onSuccess: async (_, { state }) => {
      setTaken(`Taken: ${String(state).toLowerCase()}`);
      setOpened(false);
      await client.invalidateQueries({ queryKey: ['services'] });
      await client.invalidateQueries({ queryKey: ['events'] });
    },
  });
  if (!opened) {
    return (
      <>
        <button type="button" className="button" onClick={() => setOpened(true)}>
          <IconSend size={16} aria-hidden="true" />
          Send a result
        </button>
        <p role="status" className="sub">
          {taken}
        </p>
      </>
    );
  }
  return (
    <form
      className="result-form"
      aria-label="Send a result"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        sending.mutate(bodyOf(fields, statesOf(service)));
      }}
    >
      <label className="mark-field">
        <span>State</span>
        <select name="state" className="select">
          {statesOf(service).map((state) => (
            <option key={state} value={state}>
              {state}
            </option>
          ))}
        </select>
      </label>
      <label className="mark-field mark-text">
        <span>What it says</span>
        <span className="field">
          <input name="output" required maxLength={4000} autoComplete="off" autoFocus />
        </span>
      </label>
      <div className="row mark-actions">
        <button type="submit" className="button button-main" disabled={sending.isPending}>
          {sending.isPending ? 'Sending…' : 'Send'}
        </button>
        <button type="button" className="button" onClick={() => setOpened(false)}>
          Cancel
        </button>
      </div>
      <p role="alert" className="ink-critical">
        {sending.error ? faultWords(sending.error, 'nothing was sent') : ''}
      </p>
    </form>
  );
}

type ResultState = ResultBody['state'];

function statesOf({ service }: ServiceView): readonly ResultState[] {
  return service === HOST_SERVICE ? ['UP', 'DOWN', 'UNREACHABLE'] : ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
}

function bodyOf(fields: FormData, states: readonly ResultState[]): ResultBody {
  const [usual = 'OK'] = states;
  const output = fields.get('output');
  return {
    state: states.find((state) => state === fields.get('state')) ?? usual,
    output: typeof output === 'string' ? output.trim() : '',
  };
}
