import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconRefresh } from '@tabler/icons-react';
import { faultWords } from './fault-words.ts';
import { api } from '../../live/api.ts';
import { queries } from '../../live/queries.ts';
import type { ServiceView } from '../../../../src/contract/api.ts';

/** Looked at so often while it is waited for. */
const WAITING_MS = 500;

/** Runs its command now, and says what came of it. */
export function CheckNow({ service }: { readonly service: ServiceView }) {
  const [askedAfterMs, setAskedAfterMs] = useState<number | null>(null);
  const asking = useMutation({
    mutationFn: () => api.checkNow(service),
    onSuccess: () => setAskedAfterMs(service.last_check_ms),
  });
  const waits = askedAfterMs !== null && service.last_check_ms <= askedAfterMs;
  // The page's own reading of it, hurried.
  useQuery({ ...queries.service(service), enabled: waits, refetchInterval: WAITING_MS });
  const done = askedAfterMs !== null && !waits;
  return (
    <>
      <button
        type="button"
        className="button button-main"
        disabled={asking.isPending || waits}
        onClick={() => asking.mutate()}
      >
        <IconRefresh size={16} aria-hidden="true" />
        Check now
      </button>
      <p role="status" className={asking.error ? 'ink-critical' : 'sub'}>
        {asking.error && faultWords(asking.error, 'nothing was asked for')}
        {waits && 'It runs as soon as there is room for it…'}
        {done && !asking.error && `Checked: ${service.state.toLowerCase()}`}
      </p>
    </>
  );
}
