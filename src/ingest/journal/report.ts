/** Says something to the operator; `fields` stand beside the message in the log. */
export type Report = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number>>,
) => void;

/** Why values are lost of which only the journal knew. */
export type LostReason = 'journal_full' | 'journal_damaged' | 'group_removed';

/** `earlier`: they came in an earlier run. */
export type OnLost = (values: number, reason: LostReason, earlier: boolean) => void;
