import type { FindingKind } from './instances.ts';

/** What findings of a kind are called, above them. */
export const FINDING_TITLES: Readonly<Record<FindingKind, string>> = {
  'unknown-sender': 'Unknown senders',
  'wrong-port': "Another group's port",
  'wrong-key': 'Wrong keys',
  'not-its-host': 'Writes as another host',
  'clock-skew': 'Clocks that are off',
  'duplicate-name': 'One name, several machines',
  'never-heard': 'Registered, never heard',
  'never-registered': 'Heard, never registered',
  'heard-though-left': 'Left, and goes on sending',
  'list-held': 'Lists held until confirmed',
  'list-fails': 'Lists that cannot be read',
};
