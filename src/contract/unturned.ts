/**
 * Text without the embeddings, overrides and isolates of UAX #9 (2.1, 2.2, 2.4, 2.5), which turn the rest of
 * their line round, and with it what a reader takes it to say. Letters and marks that run from right to left
 * stay.
 */
export function unturned(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '');
}
