const PATHS = {
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  "mic-off": "M9 9v3a3 3 0 0 0 5 2.2M15 11V6a3 3 0 0 0-5.7-1.3M5 11a7 7 0 0 0 11.5 5.4M19 11a7 7 0 0 1-.6 2.8M12 18v3M3 3l18 18",
  camera: "M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2ZM15 11l6-3.5v9L15 13",
  "camera-off": "M10.5 7H13a2 2 0 0 1 2 2v2.5l6-4v9l-3-1.7M15 15.5a2 2 0 0 1-2 1.5H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2h1M3 3l18 18",
  screen: "M4 4h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8 21h8M12 14V8M9.5 10.5 12 8l2.5 2.5",
  hand: "M7 12V6.5a1.5 1.5 0 0 1 3 0V11M10 10.5v-6a1.5 1.5 0 0 1 3 0v6M13 10.5V6a1.5 1.5 0 0 1 3 0v6M16 11V8.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6h-1.2a6 6 0 0 1-5-2.7L3.5 14a1.6 1.6 0 0 1 2.6-1.8L7.5 14",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5s1.2 1.7 3.5 1.7 3.5-1.7 3.5-1.7M9 9.5v.01M15 9.5v.01",
  chat: "M20 4H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h3v4l5-4h8a1 1 0 0 0 1-1V5a1 1 0 0 0-1-1Z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M17.5 14.2a6.5 6.5 0 0 1 4 5.8",
  leave: "M3.2 14.6c-.5-.5-.6-1.3-.2-1.9a11 11 0 0 1 18 0c.4.6.3 1.4-.2 1.9l-1.4 1.4c-.5.5-1.2.6-1.8.2l-2-1.300a1.5 1.5 0 0 1-.6-1.600l.3-1.300a10 10 0 0 0-6.6 0l.3 1.300a1.5 1.5 0 0 1-.6 1.600l-2 1.300c-.6.4-1.3.3-1.8-.2Z",
  more: "M5 11.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2ZM12 11.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2ZM19 11.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2Z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  grid: "M4 4h7v7H4ZM13 4h7v7h-7ZM4 13h7v7H4ZM13 13h7v7h-7Z",
  speaker: "M3 5h18v9H3ZM4 17h4v3H4ZM10 17h4v3h-4ZM16 17h4v3h-4Z",
  pin: "M9 3h6l-1 6 4 4v2H6v-2l4-4-1-6ZM12 15v6",
  captions: "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM10.5 10.500a2 2 0 1 0 0 3M16.5 10.500a2 2 0 1 0 0 3",
  lock: "M6 11h12v9H6ZM8.5 11V7.500a3.5 3.5 0 0 1 7 0V11",
  record: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 15.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 19.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM5 15V4h10",
  phone: "M6 3h3l1.5 5-2 1.500a11 11 0 0 0 6 6l1.5-2 5 1.500v3a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2Z",
  room: "M3 5h18v10H3ZM8 20h8M12 15v5",
  calendar: "M4 6h16v14H4ZM4 10h16M8 3v4M16 3v4",
  check: "M5 12.5 10 17.5 19.5 7",
  send: "M4 12 20 4l-5 16-3.5-6.500L4 12Z",
  keyboard: "M3 6h18v12H3ZM7 10h.01M11 10h.01M15 10h.01M7 14h10",
  signal: "M5 19v-4M10 19v-8M15 19V8M20 19V4",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words: what it means is always said by its button. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
