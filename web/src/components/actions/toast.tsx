import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { IconX } from '@tabler/icons-react';
import { faultWords } from '../services/fault-words.ts';
import type { ReactNode } from 'react';

export interface ToastWords {
  readonly words: string;
  /** Takes back what was done. */
  readonly undo?: () => Promise<unknown>;
}

interface Shown extends ToastWords {
  readonly id: number;
  readonly undone?: boolean;
}

const SHOWN_MS = 12_000;

const Toasts = createContext<(toast: ToastWords) => void>(() => undefined);

/** Says what was done, and how to undo it, for a while. */
export function useToast(): (toast: ToastWords) => void {
  return useContext(Toasts);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const show = useCallback(
    (toast: ToastWords) => setShown((before) => ({ ...toast, id: (before?.id ?? 0) + 1 })),
    [],
  );
  const close = useCallback(() => setShown(null), []);
  const value = useMemo(() => show, [show]);
  return (
    <Toasts.Provider value={value}>
      {children}
      <div className="toasts" role="status">
        {shown && <Toast key={shown.id} toast={shown} onClose={close} onShow={show} />}
      </div>
    </Toasts.Provider>
  );
}

function Toast(props: {
  readonly toast: Shown;
  readonly onClose: () => void;
  readonly onShow: (toast: ToastWords) => void;
}) {
  const { toast, onClose, onShow } = props;
  const [held, setHeld] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (held || busy) return undefined;
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, busy, onClose]);
  const undo = async () => {
    setBusy(true);
    try {
      await toast.undo?.();
      onShow({ words: 'Undone.' });
    } catch (error) {
      onShow({
        words: faultWords(error instanceof Error ? error : new Error(String(error)), 'nothing was undone'),
        ...(toast.undo && { undo: toast.undo }),
      });
    }
  };
  return (
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>
        <bdi>{toast.words}</bdi>
      </p>
      {toast.undo && (
        <button type="button" className="button" disabled={busy} onClick={() => void undo()}>
          Undo
        </button>
      )}
      <button type="button" className="button button-bare" aria-label="Close" onClick={onClose}>
        <IconX size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
