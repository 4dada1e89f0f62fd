import { useState } from "react";
import { Icon } from "./Icon.tsx";

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<"" | "Copied" | "Not copied">("");
  const copy = (): void => {
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    done.then(() => setState("Copied"), () => setState("Not copied"));
  };
  return (
    <>
      <button type="button" className="button small" aria-label={`Copy the ${what}`} onClick={copy} onBlur={() => setState("")}>
        <Icon name={state === "Copied" ? "check" : "copy"} size={18} /> {state || "Copy"}
      </button>
      <span className="sr-only" role="status">{state}</span>
    </>
  );
}
