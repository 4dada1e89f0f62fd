/** Something is under way; words beside it say what. */
export function Waiting() {
  return <div className="waiting" aria-hidden="true"><span /><span /><span /></div>;
}
