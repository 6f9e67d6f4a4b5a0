import { Component } from 'react';
import type { ReactNode } from 'react';

interface ViewBoundaryProps {
  readonly children: ReactNode;
}

/** A view that breaks, or whose code is not there any more after an update, takes only itself down. */
export class ViewBoundary extends Component<ViewBoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <section className="card empty" role="alert">
        <h2>This view could not be shown</h2>
        <p className="sub">
          The page may be of an older version than the server. Loading it anew helps then.
        </p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load the page anew
        </button>
      </section>
    );
  }
}
