import { TakeBack } from './action-bar.tsx';
import { useAct } from './action-context.tsx';
import { useKeys } from '../keys.ts';
import { isProblem, markOf } from '../../fleet/state.ts';
import type { ActionKind } from '../../fleet/action.ts';
import type { ServiceView } from '../../../../src/contract/api.ts';

/** What can be done about services, where they are looked at; the keys `a d s` do it, too. */
export function ServiceActions(props: {
  readonly services: readonly ServiceView[];
  readonly title: string;
  /** Of a host: downtimes and silences are of all that it has, and will have. */
  readonly whole?: boolean;
}) {
  const { services, title, whole = false } = props;
  const act = useAct();
  const troubled = services.filter(({ state }) => isProblem(markOf(state)));
  const open = troubled.filter(({ acknowledged }) => !acknowledged);
  const taken = troubled.filter(({ acknowledged }) => acknowledged);
  const ask = (kind: ActionKind, chosen: readonly ServiceView[]) => {
    if (chosen.length === 0) return;
    const ofHost = whole && kind !== 'acknowledge';
    act({ kind, title, services: chosen, ...(ofHost && { form: { scope: 'hosts' } }) });
  };
  useKeys({
    a: () => ask('acknowledge', open),
    d: () => ask('downtime', services),
    s: () => ask('silence', services),
  });
  return (
    <>
      {open.length > 0 && (
        <button type="button" className="button" title="a" onClick={() => ask('acknowledge', open)}>
          Acknowledge…
        </button>
      )}
      {taken.length > 0 && <TakeBack services={taken} />}
      <button type="button" className="button" title="d" onClick={() => ask('downtime', services)}>
        Downtime…
      </button>
      <button type="button" className="button" title="s" onClick={() => ask('silence', services)}>
        Silence…
      </button>
    </>
  );
}
