import type { LineView, Participant } from "./protocol.ts";
import type { State } from "./state.ts";

/** A place on the stage, in CSS pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What stands at a place: a person, the content that is shared, or how many more there are. */
export type Tile = Box & ({ kind: "person"; participant: Participant; isMain: boolean } | { kind: "content"; by: number } | { kind: "more"; count: number });

export interface Plan {
  tiles: Tile[];
  /** How many people besides oneself could be seen, and how high each: for lines that nobody is in yet. */
  slots: number;
  slotHeight: number;
}

const GAP = 8;

/** Pictures are cut to fit: hardly on a wide stage, and on a tall one as far as a face still has room. */
const WIDEST = 16 / 9;
const TALLEST_ON_WIDE = 4 / 3;
const TALLEST_ON_TALL = 3 / 4;

/** A tile that is smaller shows no face that one could know. */
const SMALLEST_WIDTH = 150;
const SMALLEST_HEIGHT = 110;

/** More faces than this are a crowd: the list of people has them all. */
const MAX_TILES = 25;

/** Where everybody stands: pure, of the state and the size of the stage. */
export function planStage(state: State, width: number, height: number): Plan {
  if (width < 1 || height < 1) return { tiles: [], slots: 0, slotHeight: 0 };
  const people = state.participants.filter((participant) => participant.state === "in");
  const presenter = state.floor !== null && state.floor !== state.self ? state.floor : null;
  const main = mainPerson(state, people);
  if (presenter !== null && state.pinned === null) return withMain(state, people, { kind: "content", by: presenter }, width, height);
  if (state.layout === "speaker" && main && people.length > 1) return withMain(state, people, { kind: "person", participant: main, isMain: true }, width, height);
  return grid(state, people, { x: 0, y: 0, width, height });
}

/** Who is shown large: who is pinned, else who spoke last, else the first besides oneself. */
export function mainPerson(state: State, people: Participant[]): Participant | undefined {
  const find = (id: number | null): Participant | undefined => people.find((participant) => participant.id === id);
  return find(state.pinned) ?? find(state.lastSpeaker) ?? people.find((participant) => !participant.isSelf) ?? people[0];
}

/** The messages of how large each line is shown; a line that is on no tile is not sent. */
export function viewOf(state: State, plan: Plan, pixelRatio: number, isVisible: boolean): LineView[] {
  const heightOf = (id: number): number => plan.tiles.reduce((most, tile) => (tile.kind === "person" && tile.participant.id === id ? Math.max(most, tile.height) : most), 0);
  const content = plan.tiles.find((tile) => tile.kind === "content");
  const cameras = state.lines.filter((line) => line.kind === "camera");
  const used = cameras.filter(({ mid }) => heightOf(state.shown[mid] ?? 0) > 0).length;
  let free = Math.max(0, plan.slots - used);
  const pinLine = pinnedLine(state);
  return state.lines.map((line) => {
    let height = 0;
    if (line.kind === "content") height = content?.height ?? 0;
    else {
      height = heightOf(state.shown[line.mid] ?? 0);
      if (height === 0 && free > 0) {
        free--;
        height = plan.slotHeight;
      }
    }
    return { mid: line.mid, height: isVisible ? pixels(height, pixelRatio) : 0, participant: line.mid === pinLine ? state.pinned : null };
  });
}

/** The line that a pin holds: where the person is already, else the first. */
function pinnedLine(state: State): string | undefined {
  if (state.pinned === null) return undefined;
  const cameras = state.lines.filter((line) => line.kind === "camera");
  return (cameras.find(({ mid }) => state.shown[mid] === state.pinned) ?? cameras[0])?.mid;
}

/** Steps of 30 lines: a window that is drawn larger pixel by pixel is not told of for each. */
function pixels(height: number, pixelRatio: number): number {
  return height <= 0 ? 0 : Math.min(2160, Math.ceil((height * pixelRatio) / 30) * 30);
}

function grid(state: State, people: Participant[], area: Box): Plan {
  const capacity = Math.min(MAX_TILES, Math.max(1, Math.floor((area.width + GAP) / (SMALLEST_WIDTH + GAP)) * Math.floor((area.height + GAP) / (SMALLEST_HEIGHT + GAP))));
  const chosen = choose(state, people, capacity);
  const hidden = people.length - chosen.length;
  const boxes = arrange(chosen.length + (hidden > 0 ? 1 : 0), area);
  const tiles: Tile[] = chosen.map((participant, i) => ({ kind: "person", participant, isMain: false, ...boxes[i]! }));
  if (hidden > 0) tiles.push({ kind: "more", count: hidden, ...boxes[chosen.length]! });
  return { tiles, slots: capacity - 1, slotHeight: boxes[0]?.height ?? area.height };
}

/** Something large, and a strip of the others: at the right on a wide stage, below on a tall one. */
function withMain(state: State, people: Participant[], main: { kind: "content"; by: number } | { kind: "person"; participant: Participant; isMain: true }, width: number, height: number): Plan {
  const others = people.filter((participant) => main.kind === "content" || participant.id !== main.participant.id);
  if (others.length === 0) return { tiles: [{ ...main, x: 0, y: 0, width, height }], slots: 1, slotHeight: height };
  const isWide = width > height * 1.15;
  const strip = isWide ? Math.min(220, Math.max(SMALLEST_WIDTH, width * 0.16)) : Math.min(150, Math.max(SMALLEST_HEIGHT * 0.8, height * 0.17));
  const tileWidth = isWide ? strip : Math.min(strip * (4 / 3), (width - 2 * GAP) / 3);
  const tileHeight = isWide ? strip / WIDEST : strip;
  const capacity = Math.max(1, isWide ? Math.floor((height + GAP) / (tileHeight + GAP)) : Math.floor((width + GAP) / (tileWidth + GAP)));
  const chosen = choose(state, others, capacity);
  const hidden = others.length - chosen.length;
  const count = chosen.length + (hidden > 0 ? 1 : 0);
  const length = count * (isWide ? tileHeight : tileWidth) + (count - 1) * GAP;
  const start = ((isWide ? height : width) - length) / 2;
  const place = (i: number): Box =>
    isWide
      ? { x: width - strip, y: start + i * (tileHeight + GAP), width: strip, height: tileHeight }
      : { x: start + i * (tileWidth + GAP), y: height - strip, width: tileWidth, height: tileHeight };
  const large = isWide ? { x: 0, y: 0, width: width - strip - GAP, height } : { x: 0, y: 0, width, height: height - strip - GAP };
  const tiles: Tile[] = [{ ...main, ...large }, ...chosen.map((participant, i): Tile => ({ kind: "person", participant, isMain: false, ...place(i) }))];
  if (hidden > 0) tiles.push({ kind: "more", count: hidden, ...place(chosen.length) });
  return { tiles, slots: Math.max(1, capacity - 1) + (main.kind === "person" ? 1 : 0), slotHeight: tileHeight };
}

/** Whom there is room for: those who are seen or heard before those who are not; in the order of the roster, oneself last. */
function choose(state: State, people: Participant[], capacity: number): Participant[] {
  const ordered = [...people.filter((participant) => !participant.isSelf), ...people.filter((participant) => participant.isSelf)];
  if (ordered.length <= capacity) return ordered;
  const seen = new Set(Object.values(state.shown));
  const rank = (participant: Participant): number => {
    if (participant.id === state.speaker || participant.id === state.pinned) return 0;
    if (participant.isSelf) return 1;
    if (seen.has(participant.id)) return 2;
    return participant.hand ? 3 : participant.video ? 4 : 5;
  };
  const chosen = new Set([...ordered].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(1, capacity - 1)));
  return ordered.filter((participant) => chosen.has(participant));
}

/** Places for so many, as large as the area allows, the last row in the middle. */
export function arrange(count: number, area: Box): Box[] {
  const tallest = area.width > area.height ? TALLEST_ON_WIDE : TALLEST_ON_TALL;
  let best = { size: 0, columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    let width = (area.width - GAP * (columns - 1)) / columns;
    let height = (area.height - GAP * (rows - 1)) / rows;
    if (width <= 0 || height <= 0) continue;
    if (width / height > WIDEST) width = height * WIDEST;
    if (width / height < tallest) height = width / tallest;
    if (width * height > best.size) best = { size: width * height, columns, width, height };
  }
  const { columns, width, height } = best;
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - rows * height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = area.x + (area.width - inRow * width - (inRow - 1) * GAP) / 2;
    return { x: left + (i % columns) * (width + GAP), y: top + row * (height + GAP), width, height };
  });
}
