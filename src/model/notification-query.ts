/** What is asked of the history of pages: all that is there must be so. The newest `limit` of them. */
export interface NotificationQuery {
  readonly limit: number;
  /** Only those with a smaller number: for the next of a list. */
  readonly before?: number;
  readonly cluster?: string;
  readonly host?: string;
  readonly service?: string;
  /** A target. */
  readonly receiver?: string;
  readonly outcome?: string;
  readonly incident?: string;
}
