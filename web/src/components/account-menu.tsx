import { useId, useState } from 'react';
import { IconUser } from '@tabler/icons-react';
import { useSession } from '../live/session.tsx';
import type { TokenRole } from '../../../src/contract/access.ts';

/** Who is signed in, as what, and the way out; nothing where nobody signs in. */
export function AccountMenu() {
  const { session, signOut } = useSession();
  const menuId = useId();
  const [failed, setFailed] = useState(false);
  if (session?.mode !== 'users' || session.name === null) return null;
  const leave = async () => {
    setFailed(false);
    try {
      await signOut();
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <button type="button" className="button button-bare account" popoverTarget={menuId}>
        <IconUser size={16} aria-hidden="true" />
        <span className="hidden-text">Account of </span>
        <bdi className="ellipsis account-name">{session.name}</bdi>
      </button>
      <div id={menuId} popover="auto" className="account-menu" role="group" aria-label="Account">
        <p>
          <b className="account-full">
            <bdi>{session.name}</bdi>
          </b>
          <br />
          <span className="sub">{roleWords(session.role)}</span>
        </p>
        <button type="button" className="button" onClick={() => void leave()}>
          Sign out
        </button>
        {failed && (
          <p className="sub" role="alert">
            Muster does not answer: you are still signed in. Try again.
          </p>
        )}
      </div>
    </>
  );
}

function roleWords(role: TokenRole | null): string {
  switch (role) {
    case 'viewer':
      return 'Viewer: sees everything, changes nothing';
    case 'operator':
      return 'Operator: acknowledges, plans downtimes, posts marks';
    case 'admin':
      return 'Admin: may do everything';
    case 'enrol':
    case null:
      return '';
  }
}
