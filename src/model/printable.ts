/** Without control characters but tab and line feed, and without halves of characters. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is for
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, '\ufffd');
}
