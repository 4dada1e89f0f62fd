import { useEffect } from "react";
import type { Notice } from "../state.ts";
import { useMeet, useStore } from "./hooks.ts";

/** For how long something said stays on the screen. */
const SHOWN_MS = 6_000;

/** What is said for a moment: on the screen, and by the screen reader (at once when it is urgent). */
export function Notices() {
  const meet = useMeet();
  const { notices } = useStore(meet.state);
  return (
    <div className="notices">
      <div role="status">{notices.filter(({ isUrgent }) => !isUrgent).map((notice) => <Said key={notice.key} notice={notice} />)}</div>
      <div role="alert">{notices.filter(({ isUrgent }) => isUrgent).map((notice) => <Said key={notice.key} notice={notice} />)}</div>
    </div>
  );
}

function Said({ notice }: { notice: Notice }) {
  const meet = useMeet();
  useEffect(() => {
    const timer = setTimeout(() => meet.dispatch({ type: "notice-gone", key: notice.key }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice.key]);
  return <p className="notice">{notice.text}</p>;
}
