/** The server's words, which begin small, as a sentence of their own: `Nobody is signed in.` */
export function sentence(words: string): string {
  const text = words.trim();
  if (text === '') return '';
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return `${first.toUpperCase()}${text.slice(first.length)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}
