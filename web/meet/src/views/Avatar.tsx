import { Icon } from "./Icon.tsx";

const HUES = 8;

/** Initials on a quiet colour: the same for the same person everywhere. */
export function Avatar({ name }: { name: string }) {
  return (
    <span className={`avatar hue-${hueOf(name)}`} aria-hidden="true">
      {initialsOf(name) || <Icon name={/\d/.test(name) ? "phone" : "person"} />}
    </span>
  );
}

/** The first letters of the first and the last word; "" for a number, which nobody is known by. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => [...(word ?? "")].find((letter) => /\p{L}/u.test(letter)) ?? "").join("").toUpperCase();
}

function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
}
