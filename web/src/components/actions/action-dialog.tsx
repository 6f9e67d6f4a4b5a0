import { useState } from 'react';
import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { ActionPreview } from './action-preview.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { TimeFields } from './time-fields.tsx';
import { useToast } from './toast.tsx';
import { perform, undoOf, whatWasDone } from './perform.ts';
import { faultWords } from '../services/fault-words.ts';
import { actionLabel, actionMeans, BLANK_FORM, wishOf } from '../../fleet/action.ts';
import { ownTimezone } from '../../format/timezone.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { useSession } from '../../live/session.tsx';
import { savedAuthor, saveAuthor } from '../../live/author.ts';
import type { ActionForm, ActionKind, ActionTarget } from '../../fleet/action.ts';

export type Change = (changes: Partial<ActionForm>) => void;

/** Acknowledges, plans a downtime or silences: what it covers, why, how long, and who. */
export function ActionDialog(props: {
  readonly target: ActionTarget;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { target, opened, onClose } = props;
  const { may } = useSession();
  const heading = headingOf(target);
  const small = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false });
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      centered={!small}
      fullScreen={small}
      size={620}
      classNames={{ content: 'action-dialog' }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={heading}>
        <div className="row action-head">
          <h2>
            <bdi>{heading}</bdi>
          </h2>
          <button type="button" className="button button-bare push" aria-label="Close" onClick={onClose}>
            <IconX size={16} aria-hidden="true" />
          </button>
        </div>
        <p className="sub">{actionMeans(target.kind)}</p>
        {may('operator') ? <ActionFields target={target} onClose={onClose} /> : <NotAllowed />}
      </Modal.Content>
    </Modal.Root>
  );
}

function headingOf({ kind, title }: ActionTarget): string {
  if (title === '') return kind === 'silence' ? 'Plan a silence' : 'Plan a downtime';
  return kind === 'acknowledge' ? `Acknowledge ${title}` : `${actionLabel(kind)} for ${title}`;
}

function NotAllowed() {
  const { session } = useSession();
  return (
    <div className="note action-refused" role="note">
      <span />
      <p className="note-title">You may look, and not act</p>
      <p className="sub">
        <bdi>{session?.name}</bdi> is signed in as {session?.role ?? 'nobody'}. Acknowledging, downtimes and
        silences take the role operator: whoever runs this server gives it with{' '}
        <code className="mono">script/muster user</code>.
      </p>
    </div>
  );
}

/** A form that begins with what suits the action. */
function firstForm({ kind, services, form }: ActionTarget): ActionForm {
  return {
    ...BLANK_FORM,
    scope: services.length === 0 ? 'pattern' : 'chosen',
    until: kind === 'acknowledge' ? 'open' : '1h',
    author: savedAuthor(),
    ...form,
  };
}

/** Does it; says so with an undo, and has everything read again that it changes. */
function useActing(author: string, onDone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const refresh = () =>
    Promise.all(
      ['services', 'quiet', 'events', 'notifications'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  return useMutation({
    mutationFn: perform,
    onSuccess: (done, wish) => {
      saveAuthor(author);
      const undo = undoOf(done, wish);
      const takeBack = async () => {
        await undo?.();
        await refresh();
      };
      toast({ words: whatWasDone(done), ...(undo && { undo: takeBack }) });
      onDone();
      void refresh();
    },
  });
}

function ActionFields({ target, onClose }: { readonly target: ActionTarget; readonly onClose: () => void }) {
  const [form, setForm] = useState(() => firstForm(target));
  const nowMs = useServerNow();
  const wish = wishOf(target, form, { nowMs, timezone: ownTimezone() });
  const change: Change = (changes) => setForm((before) => ({ ...before, ...changes }));
  const acting = useActing(form.author, onClose);
  return (
    <form
      className="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (wish.ok) acting.mutate(wish.value);
      }}
    >
      <ScopeFields target={target} form={form} change={change} />
      <ActionPreview target={target} form={form} />
      <TimeFields kind={target.kind} form={form} change={change} />
      <label className="mark-field">
        <span>Why</span>
        <textarea
          className="reason"
          required
          rows={2}
          maxLength={2000}
          value={form.comment}
          placeholder={reasonExample(target.kind)}
          onChange={(event) => change({ comment: event.currentTarget.value })}
          data-autofocus
        />
      </label>
      {target.kind === 'acknowledge' && <AcknowledgeChoices form={form} change={change} />}
      <Who form={form} change={change} />
      <div className="action-foot">
        <p role="alert" className="ink-critical">
          {acting.error ? faultWords(acting.error, 'nothing was changed') : ''}
        </p>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className="button button-main"
          disabled={!wish.ok || acting.isPending}
          title={wish.ok ? undefined : wish.fault}
        >
          {acting.isPending ? 'One moment…' : submitLabel(target.kind)}
        </button>
      </div>
    </form>
  );
}

function submitLabel(kind: ActionKind): string {
  return kind === 'downtime' ? 'Plan the downtime' : actionLabel(kind);
}

function reasonExample(kind: ActionKind): string {
  switch (kind) {
    case 'acknowledge':
      return 'on it: the disk is being cleaned';
    case 'downtime':
      return 'kernel update, ticket 4711';
    case 'silence':
      return 'known, mended with the next release';
  }
}

interface FieldsProps {
  readonly form: ActionForm;
  readonly change: Change;
}

function AcknowledgeChoices({ form, change }: FieldsProps) {
  return (
    <div className="action-ticks">
      <label className="tick">
        <input
          type="checkbox"
          checked={form.sticky}
          onChange={(event) => change({ sticky: event.currentTarget.checked })}
        />
        <span>Sticky: also when it becomes another problem, until it is well</span>
      </label>
      <label className="tick">
        <input
          type="checkbox"
          checked={form.notify}
          onChange={(event) => change({ notify: event.currentTarget.checked })}
        />
        <span>Tell those who were told of the problem</span>
      </label>
    </div>
  );
}

/** Who it is that acts: whoever signed in, or a name where nobody does. */
function Who({ form, change }: FieldsProps) {
  const { session } = useSession();
  if (session?.mode === 'users')
    return (
      <p className="sub">
        By <bdi>{session.name}</bdi>
      </p>
    );
  return (
    <label className="mark-field">
      <span>Your name</span>
      <span className="field">
        <input
          value={form.author}
          maxLength={200}
          autoComplete="nickname"
          placeholder="nobody signs in here: say who you are"
          onChange={(event) => change({ author: event.currentTarget.value })}
        />
      </span>
    </label>
  );
}
