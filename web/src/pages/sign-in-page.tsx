import { useEffect, useState } from 'react';
import { sentence } from '../format/sentence.ts';
import { ApiFault } from '../live/api.ts';
import { useSession } from '../live/session.tsx';
import { Logo } from '../ui/logo.tsx';
import { Snippet } from '../ui/snippet.tsx';

const ADD_USER = 'script/muster user add NAME --role admin';
const MESSAGE = 'sign-in-message';

/** In place of every view until somebody has signed in; the address stays, and is shown afterwards. */
export function SignInPage() {
  const { session } = useSession();
  useEffect(() => {
    document.title = 'Sign in · Muster';
  }, []);
  return (
    <main className="sign-in">
      <div className="sign-in-brand">
        <Logo />
        <h1>Muster</h1>
      </div>
      {session === undefined ? <ServerAway /> : session.has_users ? <SignInForm /> : <NoUsers />}
    </main>
  );
}

function SignInForm() {
  const { ended, signIn } = useSession();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const waitS = useCountdown(refusal?.untilMs);
  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const [name, password] = [field(fields, 'username').trim(), field(fields, 'password')];
    if (name === '' || password === '') return;
    setBusy(true);
    try {
      await signIn({ name, password });
    } catch (error) {
      setRefusal(refusalOf(error, Date.now()));
      setBusy(false);
      form.querySelector<HTMLInputElement>('input[type=password]')?.select();
    }
  };
  const said = refusal ? wordsOf(refusal) : ended ? 'Your session ended. Sign in again to go on.' : '';
  return (
    <form
      className="card sign-in-form"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p id={MESSAGE} className="sign-in-message" role="alert" data-fault={refusal ? '' : undefined}>
        {said}
      </p>
      <Field label="Name" name="username" type="text" autoComplete="username" autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" />
      <button type="submit" className="button button-main" disabled={busy || waitS > 0}>
        {busy ? 'Signing in…' : waitS > 0 ? `Try again in ${waitS} s` : 'Sign in'}
      </button>
    </form>
  );
}

function Field(props: {
  readonly label: string;
  readonly name: string;
  readonly type: 'text' | 'password';
  readonly autoComplete: string;
  readonly autoFocus?: boolean;
}) {
  const { label, ...input } = props;
  return (
    <label className="sign-in-field">
      <span>{label}</span>
      <span className="field">
        <input
          {...input}
          required
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={1000}
          aria-describedby={MESSAGE}
        />
      </span>
    </label>
  );
}

function NoUsers() {
  return (
    <section className="card sign-in-form" aria-label="No users yet">
      <h2>Nobody can sign in yet</h2>
      <p className="sub">
        This server asks people to sign in, and knows nobody. Run this on it, in Muster’s directory, with the
        name you want:
      </p>
      <Snippet text={ADD_USER} label="the command" />
      <p className="sub">It asks for a password. This page goes on by itself once there is a user.</p>
    </section>
  );
}

function ServerAway() {
  return (
    <section className="card sign-in-form" role="status">
      <h2>Muster does not answer</h2>
      <p className="sub">
        It may be restarting: this page tries again by itself. If it lasts, look at the server and the network
        between.
      </p>
    </section>
  );
}

type Refusal =
  | { readonly kind: 'wrong' | 'away'; readonly untilMs?: undefined }
  | { readonly kind: 'throttled'; readonly untilMs: number }
  | { readonly kind: 'other'; readonly words: string; readonly untilMs?: undefined };

const WAIT_UNKNOWN_S = 30;

function refusalOf(error: unknown, nowMs: number): Refusal {
  if (!(error instanceof ApiFault) || error.code === 'http') return { kind: 'away' };
  if (error.status === 401) return { kind: 'wrong' };
  if (error.status === 429)
    return { kind: 'throttled', untilMs: nowMs + (error.retryAfterS ?? WAIT_UNKNOWN_S) * 1000 };
  return { kind: 'other', words: `${sentence(error.message)} ${sentence(error.cure)}` };
}

function wordsOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'wrong':
      return 'Name or password is wrong.';
    case 'away':
      return 'Muster does not answer. It may be restarting: try again in a moment.';
    case 'throttled':
      return 'Too many attempts to sign in: wait before you try again.';
    case 'other':
      return refusal.words;
  }
}

/** Whole seconds until then, counted down; 0 afterwards. */
function useCountdown(untilMs: number | undefined): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (untilMs === undefined) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [untilMs]);
  return untilMs === undefined ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

function field(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
