import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconSend } from '@tabler/icons-react';
import { ChannelIcon } from './kind-icon.tsx';
import { faultWords } from '../services/fault-words.ts';
import { channelWords } from '../../fleet/notification.ts';
import { millisWords } from '../../format/millis.ts';
import { alertApi } from '../../live/alert-api.ts';
import { useSession } from '../../live/session.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { MarkKind } from '../../fleet/state.ts';
import type { ReceiverTestAnswer, ReceiverView } from '../../../../src/contract/alert-views.ts';

/** Where pages go, and whether they arrive. */
export function ReceiverStrip(props: {
  readonly receivers: readonly ReceiverView[];
  readonly nowMs: number;
}) {
  const { receivers, nowMs } = props;
  return (
    <ul className="receivers" aria-label="Receivers">
      {receivers.map((receiver) => (
        <li key={receiver.name} className="card receiver">
          <Receiver receiver={receiver} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}

function Receiver({ receiver, nowMs }: { readonly receiver: ReceiverView; readonly nowMs: number }) {
  const client = useQueryClient();
  const { may } = useSession();
  const allowed = may('operator');
  const testing = useMutation({
    mutationFn: () => alertApi.testReceiver(receiver.name),
    onSettled: () => client.invalidateQueries({ queryKey: ['receivers'] }),
  });
  return (
    <>
      <div className="row">
        <h2 className="detail-title">
          <bdi>{receiver.name}</bdi>
        </h2>
        <button
          type="button"
          className="button push"
          disabled={!allowed || testing.isPending}
          title={allowed ? 'Sends a page that says it is a test' : 'This takes the role operator'}
          onClick={() => testing.mutate()}
        >
          <IconSend size={16} aria-hidden="true" />
          {testing.isPending ? 'Sending…' : 'Test'}
          <span className="hidden-text"> {receiver.name}</span>
        </button>
      </div>
      <ul className="channels">
        {receiver.channels.map((channel) => (
          <li key={channel.target} className="channel">
            <Mark kind={channelMark(channel.state)} silent />
            <div>
              <p className="row channel-way">
                <ChannelIcon kind={channel.kind} />
                <span>{channel.kind}</span>
                {channel.leads_to !== '' && (
                  <bdi className="sub mono ellipsis" title={channel.leads_to}>
                    {channel.leads_to}
                  </bdi>
                )}
              </p>
              <p className="sub">
                <bdi>{channelWords(channel, nowMs)}</bdi>
              </p>
            </div>
          </li>
        ))}
      </ul>
      <div role="status">
        {testing.error && <p className="ink-critical">{faultWords(testing.error, 'no test was sent')}</p>}
        {testing.data && <TestOutcomes answer={testing.data} />}
      </div>
    </>
  );
}

function channelMark(state: string): MarkKind {
  if (state === 'failing') return 'critical';
  return state === 'well' ? 'ok' : 'pending';
}

function TestOutcomes({ answer }: { readonly answer: ReceiverTestAnswer }) {
  return (
    <ul className="test-outcomes">
      {answer.outcomes.map(({ target, ok, detail, took_ms: tookMs }) => (
        <li key={target} className="channel">
          <Mark kind={ok ? 'ok' : 'critical'} silent />
          <p className={ok ? 'sub' : 'sub ink-critical'}>
            <bdi>
              {target}: {ok ? 'the test arrived' : 'the test did not arrive'}, {millisWords(tookMs)}
              {detail !== '' && ` · ${detail}`}
            </bdi>
          </p>
        </li>
      ))}
    </ul>
  );
}
