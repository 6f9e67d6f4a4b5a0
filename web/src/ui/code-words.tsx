/** A sentence of the server's: what it has in backticks is typed as it stands. */
export function CodeWords({ text }: { readonly text: string }) {
  return text.split('`').map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <code key={`${i} ${part}`} className="mono">
        {part}
      </code>
    ),
  );
}
