/** Where doors write what an operator should know; never a secret. */
export type DoorLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;
