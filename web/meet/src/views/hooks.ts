import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type RefObject } from "react";
import type { Store } from "@meetpoint/shared/store.ts";
import type { Meet } from "../meet.ts";

export const MeetContext = createContext<Meet | null>(null);

/** The meeting of this page. */
export function useMeet(): Meet {
  const meet = useContext(MeetContext);
  if (!meet) throw new Error("There is no meeting around this view.");
  return meet;
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Puts the focus on the heading of a screen when it appears, so that a screen reader begins there. */
export function useFocusOnShow<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => void ref.current?.focus(), []);
  return ref;
}

/** The size of an element in CSS pixels, as it changes. */
export function useSize<T extends HTMLElement>(): [RefObject<T | null>, { width: number; height: number }] {
  const ref = useRef<T>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

/** True while the page is looked at. */
export function useIsVisible(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
    () => document.visibilityState !== "hidden",
  );
}

/** Keeps the screen on while the view stands: whoever listens does not touch it. The lock is lost whenever the page is hidden. */
export function useWakeLock(): void {
  const isVisible = useIsVisible();
  useEffect(() => {
    if (!isVisible) return;
    const asked = (navigator as { wakeLock?: WakeLock }).wakeLock?.request("screen").catch(() => null);
    return () => void asked?.then((lock) => lock?.release());
  }, [isVisible]);
}
