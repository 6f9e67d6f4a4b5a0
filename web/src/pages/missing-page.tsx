import { Link } from 'wouter';

export function MissingPage({ path }: { readonly path: string }) {
  return (
    <section className="card empty">
      <h2>There is no view at this address</h2>
      <p className="sub">
        <span className="mono">{path}</span> may be mistyped, or from another version: reload, and if the
        server is newer than its page, run <code className="mono">script/setup</code> there.
      </p>
      <Link href="/" className="button">
        To the grid
      </Link>
    </section>
  );
}
