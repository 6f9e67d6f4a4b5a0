import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { countServices, preview } from './perform.ts';
import { faultWords } from '../services/fault-words.ts';
import { problemKey, problemTitle } from '../../fleet/problem.ts';
import { markOf } from '../../fleet/state.ts';
import { wishOf } from '../../fleet/action.ts';
import { ownTimezone } from '../../format/timezone.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { ActionForm, ActionTarget } from '../../fleet/action.ts';
import type { CoverageView } from '../../../../src/contract/alert-views.ts';

const TYPING_MS = 300;
const NAMES_SHOWN = 6;
/** What it covers changes by itself, too. */
const LOOK_EVERY_MS = 5000;

/** What it would cover if it were done now, as the form changes. */
export function ActionPreview({
  target,
  form,
}: {
  readonly target: ActionTarget;
  readonly form: ActionForm;
}) {
  const nowMs = useServerNow(60_000);
  // Why and who make no difference to what is covered.
  const asked = JSON.stringify({ ...form, comment: '', author: '' });
  const [settled] = useDebouncedValue(asked, TYPING_MS);
  const wish = wishOf(target, form, { nowMs, timezone: ownTimezone() });
  const { data, error, isFetching } = useQuery({
    queryKey: ['preview', target.kind, target.services, settled],
    queryFn: () => (wish.ok ? preview(wish.value) : null),
    enabled: wish.ok && settled === asked,
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  const covers = data?.answer.covers;
  return (
    <div className="preview" data-stale={isFetching || undefined}>
      <p role="status" className="preview-count">
        {wish.ok ? (
          error ? (
            <span className="ink-critical">{faultWords(error, 'what it covers is not known')}</span>
          ) : covers ? (
            coverWords(covers)
          ) : (
            'Looking what it covers…'
          )
        ) : (
          <span className="dim">{wish.fault}.</span>
        )}
      </p>
      {wish.ok && !error && covers && <CoveredNames covers={covers} />}
    </div>
  );
}

function coverWords({ count, hosts }: CoverageView): string {
  if (count === 0) return 'Covers nothing that is watched now';
  return `Covers ${countServices(count)} on ${hosts === 1 ? '1 host' : `${hosts} hosts`}`;
}

export function CoveredNames({ covers }: { readonly covers: CoverageView }) {
  const shown = covers.services.slice(0, NAMES_SHOWN);
  const more = covers.count - shown.length;
  return (
    <ul className="preview-names">
      {shown.map((service) => (
        <li key={problemKey(service)} className="row">
          <Mark kind={markOf(service.state)} />
          <bdi className="ellipsis" title={problemTitle(service)}>
            {service.host === '' ? problemTitle(service) : `${service.service} on ${service.host}`}
          </bdi>
        </li>
      ))}
      {more > 0 && <li className="sub">and {more} more</li>}
    </ul>
  );
}
