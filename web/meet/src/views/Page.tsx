import type { ReactNode } from "react";
import { useFocusOnShow } from "./hooks.ts";

/** A screen outside the meeting: a heading that takes the focus, and what stands under it. */
export function Page({ title, children, isWide = false }: { title: string; children?: ReactNode; isWide?: boolean }) {
  const heading = useFocusOnShow<HTMLHeadingElement>();
  return (
    <main className={isWide ? "page is-wide" : "page"}>
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
      {children}
    </main>
  );
}
