import { createContext, lazy, Suspense, useCallback, useContext, useState } from 'react';
import type { ReactNode } from 'react';
import type { ActionTarget } from '../../fleet/action.ts';

// Not needed to see whether all is well.
const ActionDialog = lazy(async () => ({ default: (await import('./action-dialog.tsx')).ActionDialog }));

const Act = createContext<(target: ActionTarget) => void>(() => undefined);

/** Opens the dialog that acknowledges, plans a downtime or silences. */
export function useAct(): (target: ActionTarget) => void {
  return useContext(Act);
}

export function ActionProvider({ children }: { readonly children: ReactNode }) {
  const [asked, setAsked] = useState<{ readonly target: ActionTarget; readonly id: number } | null>(null);
  const [opened, setOpened] = useState(false);
  const act = useCallback((target: ActionTarget) => {
    setAsked((before) => ({ target, id: (before?.id ?? 0) + 1 }));
    setOpened(true);
  }, []);
  const close = useCallback(() => setOpened(false), []);
  return (
    <Act.Provider value={act}>
      {children}
      {asked && (
        <Suspense>
          <ActionDialog key={asked.id} target={asked.target} opened={opened} onClose={close} />
        </Suspense>
      )}
    </Act.Provider>
  );
}
