import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { isSignedIn, mayAct, signedOut } from '../fleet/session.ts';
import { ApiFault, api } from './api.ts';
import { queries } from './queries.ts';
import type { ReactNode } from 'react';
import type { Role, SessionView, SignIn } from '../../../src/contract/access.ts';

export interface SessionControl {
  /** Undefined until the server has said. */
  readonly session: SessionView | undefined;
  /** The server could not be asked. */
  readonly error: Error | null;
  /** Whoever was signed in on this page is not any more, without having signed out. */
  readonly ended: boolean;
  /** Whether to show what takes this role; the server decides again when it is used. */
  readonly may: (role: Role) => boolean;
  /** Rejects with an ApiFault when refused. */
  readonly signIn: (who: SignIn) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Asks the server who is signed in: something else than an answer told that nobody is. */
  readonly check: () => Promise<void>;
}

const Session = createContext<SessionControl | null>(null);
const { queryKey } = queries.session();

/** Who looks at the page. A 401 to any query or change ends the session here too. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const { data: session, error } = useQuery(queries.session());
  const [ended, setEnded] = useState(false);
  const end = useCallback(() => {
    const before = client.getQueryData<SessionView>(queryKey);
    // Several answers may say so, one after the other.
    setEnded((known) => known || isSignedIn(before));
    client.setQueryData(queryKey, signedOut);
    void client.invalidateQueries({ queryKey });
  }, [client]);
  useUnauthorised(end);
  const signIn = useCallback(
    async (who: SignIn) => {
      const next = await api.signIn(who);
      await client.cancelQueries({ queryKey });
      setEnded(false);
      // What somebody else saw is asked for anew.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
      client.setQueryData(queryKey, next);
    },
    [client],
  );
  const signOut = useCallback(async () => {
    await api.signOut();
    await client.cancelQueries({ queryKey });
    setEnded(false);
    client.setQueryData(queryKey, signedOut);
  }, [client]);
  const check = useCallback(async () => {
    const before = client.getQueryData<SessionView>(queryKey);
    await client.refetchQueries({ queryKey });
    const now = client.getQueryData<SessionView>(queryKey);
    if (isSignedIn(before) && !isSignedIn(now)) setEnded(true);
  }, [client]);
  const control = useMemo<SessionControl>(
    () => ({ session, error, ended, may: (role) => mayAct(session, role), signIn, signOut, check }),
    [session, error, ended, signIn, signOut, check],
  );
  return <Session.Provider value={control}>{children}</Session.Provider>;
}

export function useSession(): SessionControl {
  const control = useContext(Session);
  if (!control) throw new Error('no session above this component');
  return control;
}

/** Calls when a query or a change is answered with 401. */
function useUnauthorised(then: () => void): void {
  const client = useQueryClient();
  useEffect(() => {
    const look = (error: unknown) => {
      if (error instanceof ApiFault && error.status === 401) then();
    };
    const offQueries = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
    });
    const offChanges = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
    });
    return () => {
      offQueries();
      offChanges();
    };
  }, [client, then]);
}
