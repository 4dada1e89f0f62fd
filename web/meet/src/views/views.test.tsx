// @vitest-environment happy-dom
import axe from "axe-core";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { meetingAddress } from "../address.ts";
import { Meet } from "../meet.ts";
import type { ClientMessage, ServerMessage } from "../protocol.ts";
import { ENTERED, INFO, person } from "../../test/samples.ts";
import { App } from "./App.tsx";
import { Guard } from "./Guard.tsx";
import { Linked } from "./Linked.tsx";

vi.hoisted(() => {
  (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
});

let root: Root;
let meet: Meet;
let sent: ClientMessage[];

const show = (view: ReactNode): void => act(() => root.render(view));
const tell = (...messages: ServerMessage[]): void => act(() => messages.forEach((message) => meet.dispatch({ type: "server", message })));
const text = (): string => document.body.textContent ?? "";

/** The element of a role and a name, as a screen reader has them (name: text or aria-label). */
function named(selector: string, name: string | RegExp): HTMLElement {
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  const found = all.find((element) => {
    const own = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
    return typeof name === "string" ? own === name : name.test(own);
  });
  if (!found) throw new Error(`no ${selector} is called ${name}; there are: ${all.map((element) => element.getAttribute("aria-label") ?? element.textContent).join(" | ")}`);
  return found;
}

const press = (name: string | RegExp): void => act(() => named("button", name).click());
const key = (pressed: string, target: EventTarget = document.body): void => {
  act(() => target.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true })));
};

/** What axe finds without drawing: contrasts are looked at in a real browser. */
async function expectNoFaults(): Promise<void> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false }, region: { enabled: false }, "target-size": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById("root")!);
  meet = new Meet(meetingAddress("http://localhost/join/482917")!);
  sent = [];
  vi.spyOn(meet, "send").mockImplementation((message) => sent.push(message) > 0);
  show(<App meet={meet} />);
});

afterEach(() => act(() => root.unmount()));

const check = (): void => act(() => meet.dispatch({ type: "info", outcome: { kind: "found", info: INFO } }));
const inside = (isModerator = false): void => {
  check();
  tell({ ...ENTERED, isModerator }, { type: "roster", isLocked: false, participants: [person(7, { name: "Ann", isSelf: true }), person(8, { name: "Bob", provider: "Liberty" })] });
};

describe("the connection", () => {
  it("is told in words as the exchange has it, and again when it changes", () => {
    inside();
    expect(document.querySelector(".health")).toBeNull();
    tell({ type: "quality", up: "poor", down: "good", score: 2.4 });
    expect(document.querySelector(".health")?.textContent).toContain("Weak connection");
    expect(document.querySelector(".health")?.textContent).toContain("You receive everything well.");
    tell({ type: "quality", up: "good", down: "good", score: 4.3 });
    expect(document.querySelector(".health")?.textContent).toContain("Good connection");
  });
});

describe("before joining", () => {
  it("asks for name and PIN, and has the other ways in", async () => {
    check();
    expect(document.activeElement?.textContent).toBe(INFO.title);
    expect(named("label", "PIN")).toBeTruthy();
    expect(text()).toContain("482 917");
    expect(text()).toContain("482917@meet.albion.example");
    expect(document.querySelector<HTMLAnchorElement>("a[download]")!.href).toBe("http://localhost/api/v1/join/482917/calendar.ics");
    await expectNoFaults();
  });

  it("wants a name, and says so where it is missing", () => {
    check();
    const join = vi.spyOn(meet, "join").mockImplementation(() => undefined);
    act(() => document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
    expect(document.getElementById("name")!.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement?.id).toBe("name");
    expect(join).not.toHaveBeenCalled();
  });

  it("says that there is no such meeting", async () => {
    act(() => meet.dispatch({ type: "info", outcome: { kind: "unknown" } }));
    expect(document.activeElement?.textContent).toBe("No such meeting");
    await expectNoFaults();
  });
});

describe("in front of the door", () => {
  it("says what is waited for, and takes another PIN", async () => {
    check();
    tell({ type: "wait", why: "wrong-pin", triesLeft: 2 });
    expect(text()).toContain("You can try 2 more times.");
    await expectNoFaults();
    const input = document.querySelector<HTMLInputElement>("#pin")!;
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(input, "4321");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    act(() => document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
    expect(sent).toEqual([{ type: "pin", pin: "4321" }]);
  });

  it("puts the focus on what changed", () => {
    check();
    tell({ type: "wait", why: "lobby" });
    expect(document.activeElement?.textContent).toBe("You are in the lobby");
    tell({ type: "wait", why: "starting" });
    expect(document.activeElement?.textContent).toBe("The meeting is about to start");
  });
});

describe("inside", () => {
  it("announces the state of each toggle", async () => {
    inside();
    const hand = named("button", "Raise hand");
    expect(hand.getAttribute("aria-pressed")).toBe("false");
    press("Raise hand");
    expect(hand.getAttribute("aria-pressed")).toBe("true");
    expect(sent).toContainEqual({ type: "hand", raised: true });
    expect([...document.querySelectorAll('[role="status"]')].some((region) => region.textContent === "Your hand is raised")).toBe(true);
    await expectNoFaults();
  });

  it("opens by key what the buttons open, and gives the focus back", () => {
    inside();
    key("c");
    expect(document.activeElement?.textContent).toBe("Chat");
    key("Escape");
    expect(document.activeElement?.id).toBe("open-chat");
    key("h");
    expect(sent).toContainEqual({ type: "hand", raised: true });
  });

  it("takes no keys from who types, and none when they are turned off", () => {
    inside();
    key("c");
    key("h", document.querySelector("textarea")!);
    expect(sent).toEqual([]);
    act(() => meet.change({ hasShortcuts: false }));
    key("h");
    expect(sent).toEqual([]);
  });

  it("shows messages with the provider of who wrote them", async () => {
    inside();
    tell({ type: "chat", id: "1", participant: 8, name: "Bob", provider: "Liberty", text: "Look at https://x.example/a.", at: "2026-11-23T12:00:00Z" });
    expect(named("button", "Chat, 1 unread")).toBeTruthy();
    press(/^Chat/);
    expect(document.querySelector(".message")!.textContent).toContain("BobLiberty");
    expect(document.querySelector<HTMLAnchorElement>(".message a")!.href).toBe("https://x.example/a");
    await expectNoFaults();
  });

  it("lets the organiser record, and says what stands in the way", async () => {
    inside(true);
    press("More");
    expect(named("button", /^Record the meeting/).getAttribute("aria-pressed")).toBe("false");
    press(/^Record the meeting/);
    tell({ type: "recording", on: false, by: "", why: "Agreement a-b does not let meetings be recorded." });
    expect(meet.state.get().notices.map((notice) => notice.text)).toContain("This is not recorded. Agreement a-b does not let meetings be recorded.");
    tell({ type: "recording", on: true, by: "Bob" });
    expect(named("button", /^Record the meeting/).getAttribute("aria-pressed")).toBe("true");
    press(/^Record the meeting/);
    expect(sent).toEqual([{ type: "moderate", action: "record" }, { type: "moderate", action: "stop-recording" }]);
    await expectNoFaults();
  });

  it("lets the organiser admit, mute, remove and lock, and nobody else", async () => {
    inside(true);
    tell({ type: "roster", isLocked: false, participants: [person(7, { isSelf: true }), person(8, { name: "Bob" }), person(9, { name: "Carla", state: "lobby" })] });
    press(/^People/);
    press("Admit Carla");
    press("Mute Bob");
    press("To lobby: Bob");
    press("Remove Bob");
    press("Lock the meeting");
    expect(sent.map((message) => (message.type === "moderate" ? [message.action, message.participant] : []))).toEqual([
      ["admit", 9], ["mute", 8], ["to-lobby", 8], ["eject", 8], ["lock", undefined],
    ]);
    await expectNoFaults();
    tell({ ...ENTERED, isModerator: false });
    expect(document.querySelectorAll(".person-actions")).toHaveLength(0);
  });

  it("says that the connection is lost, and in the end how it ended", async () => {
    inside();
    act(() => meet.dispatch({ type: "lost", attempt: 1 }));
    expect(document.querySelector('[role="alert"]')!.textContent).toContain("Reconnecting");
    tell({ type: "left", why: "removed", text: "" });
    expect(document.activeElement?.textContent).toBe("You were removed from the meeting");
    await expectNoFaults();
  });
});

it("says so when a view fails, and offers the way back", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const Broken = (): ReactNode => {
    throw new Error("as told");
  };
  show(<Guard><Broken /></Guard>);
  expect(document.querySelector('[role="alert"]')!.textContent).toBe("Something went wrong on this page");
  expect(named("button", "Load the page again")).toBeTruthy();
});

it("makes links of web addresses and of nothing else", () => {
  show(<p><Linked text={'javascript:alert(1) <b>x</b> http://a.example/?q=1, "https://b.example"'} /></p>);
  expect([...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual(["http://a.example/?q=1", "https://b.example"]);
  expect(document.querySelector("b")).toBeNull();
});
