import { Component, type ReactNode } from "react";

/** What stands when a view has failed: better than an empty page, and the way back in one press. */
export class Guard extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="page">
        <h1 role="alert">Something went wrong on this page</h1>
        <div className="card">
          <p className="lead">You can come back at once. If it happens again, please tell the organiser, or join by phone.</p>
          <button type="button" className="button primary" onClick={() => location.reload()}>Load the page again</button>
        </div>
      </main>
    );
  }
}
