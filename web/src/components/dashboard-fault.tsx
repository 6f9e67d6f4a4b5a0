import { FaultNote } from '../ui/fault-note.tsx';

/** A file that does not say what it should. `shown`: the version before stands below. */
export function DashboardFault({ fault, shown }: { readonly fault: string; readonly shown: boolean }) {
  return (
    <FaultNote
      happened="This dashboard’s file has a fault"
      means={/[.!?]$/.test(fault) ? fault : `${fault}.`}
      cure={
        shown
          ? 'What is shown is its last good version; the file is read again as soon as it changes.'
          : 'The file is read again as soon as it changes.'
      }
    />
  );
}
