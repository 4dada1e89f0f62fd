import { describe, expect, it } from "vitest";
import { arrange, planStage, viewOf, type Tile } from "./stage.ts";
import { INITIAL, type State } from "./state.ts";
import { ENTERED, person } from "../test/samples.ts";

const ann = person(7, { isSelf: true });
const meeting = (others: number, more: Partial<State> = {}): State => ({
  ...INITIAL, phase: "meeting", self: 7, lines: ENTERED.lines, participants: [ann, ...Array.from({ length: others }, (_, i) => person(100 + i))], ...more,
});
const ids = (tiles: Tile[]): (number | string)[] => tiles.map((tile) => (tile.kind === "person" ? tile.participant.id : tile.kind));
const isInside = ({ x, y, width, height }: Tile, w: number, h: number): boolean => x >= -0.01 && y >= -0.01 && x + width <= w + 0.01 && y + height <= h + 0.01;
const isApart = (a: Tile, b: Tile): boolean => a.x + a.width <= b.x + 0.01 || b.x + b.width <= a.x + 0.01 || a.y + a.height <= b.y + 0.01 || b.y + b.height <= a.y + 0.01;

describe("the grid", () => {
  it("has everybody, oneself last", () => expect(ids(planStage(meeting(3), 1200, 700).tiles)).toEqual([100, 101, 102, 7]));

  it.each([[1, 390, 600], [4, 390, 600], [7, 1264, 684], [12, 1264, 684], [60, 1264, 684], [30, 390, 700], [3, 800, 200]])(
    "of %i others on %i by %i overlaps nowhere and stays inside", (others, width, height) => {
      const { tiles } = planStage(meeting(others), width, height);
      for (const [i, tile] of tiles.entries()) {
        expect(isInside(tile, width, height), JSON.stringify(tile)).toBe(true);
        for (const other of tiles.slice(i + 1)) expect(isApart(tile, other), `${JSON.stringify(tile)} ${JSON.stringify(other)}`).toBe(true);
      }
    },
  );

  it("tells how many have no room, and always shows who speaks", () => {
    const { tiles } = planStage(meeting(60, { speaker: 155 }), 390, 600);
    const people = ids(tiles).filter((id) => typeof id === "number");
    expect(people).toContain(155);
    expect(people).toContain(7);
    expect(tiles.at(-1)).toMatchObject({ kind: "more", count: 61 - people.length });
  });

  it("leaves those in the lobby outside", () => {
    const state = meeting(1);
    expect(ids(planStage({ ...state, participants: [...state.participants, person(50, { state: "lobby" })] }, 800, 600).tiles)).toEqual([100, 7]);
  });

  it("is nothing without a size", () => expect(planStage(meeting(3), 0, 0).tiles).toEqual([]));
});

describe("something large", () => {
  it("is who spoke last, in the speaker view", () => {
    const { tiles } = planStage(meeting(3, { layout: "speaker", lastSpeaker: 101 }), 1200, 700);
    expect(tiles[0]).toMatchObject({ kind: "person", isMain: true, participant: { id: 101 } });
    expect(tiles[0]!.width).toBeGreaterThan(tiles[1]!.width * 3);
  });

  it("is who is pinned, before who speaks and before content", () => {
    expect(planStage(meeting(3, { layout: "speaker", lastSpeaker: 101, pinned: 102, floor: 100 }), 1200, 700).tiles[0]).toMatchObject({ participant: { id: 102 } });
  });

  it("is content that somebody else shares, and not one's own", () => {
    expect(planStage(meeting(2, { floor: 100 }), 1200, 700).tiles[0]).toMatchObject({ kind: "content", by: 100 });
    expect(ids(planStage(meeting(2, { floor: 7 }), 1200, 700).tiles)).toEqual([100, 101, 7]);
  });

  it("has the others beside it on a wide stage, below it on a tall one", () => {
    const wide = planStage(meeting(2, { floor: 100 }), 1200, 700).tiles;
    expect(wide[1]!.x).toBeGreaterThan(wide[0]!.width);
    const tall = planStage(meeting(2, { floor: 100 }), 390, 700).tiles;
    expect(tall[1]!.y).toBeGreaterThan(tall[0]!.height);
    for (const tile of tall) expect(isInside(tile, 390, 700)).toBe(true);
  });
});

describe("the view that is sent", () => {
  it("has the height of each tile in pixels of the screen, in steps", () => {
    const state = meeting(2, { shown: { "3": 100, "4": 101 } });
    const plan = planStage(state, 1200, 600);
    const [first] = viewOf(state, plan, 2, true);
    expect(first).toEqual({ mid: "3", height: Math.ceil((plan.tiles[0]!.height * 2) / 30) * 30, participant: null });
  });

  it("asks for lines that nobody is in while there is room, else for none", () => {
    const free = viewOf(meeting(0), planStage(meeting(0), 1200, 600), 1, true);
    expect(free.map(({ height }) => height > 0)).toEqual([true, true, false]);
    const lines = ["3", "4", "5", "6"].map((mid) => ({ mid, kind: "camera" as const }));
    const narrow = meeting(5, { floor: 100, lines });
    expect(viewOf(narrow, planStage(narrow, 170, 400), 1, true).filter(({ height }) => height > 0).map(({ mid }) => mid)).toEqual(["3", "4"]);
  });

  it("asks for nothing on a page that nobody looks at", () => {
    const state = meeting(2, { shown: { "3": 100 } });
    expect(viewOf(state, planStage(state, 1200, 600), 1, false).every(({ height }) => height === 0)).toBe(true);
  });

  it("asks for content only while it is shown", () => {
    const state = meeting(2, { floor: 100 });
    expect(viewOf(state, planStage(state, 1200, 600), 1, true).at(-1)!.height).toBe(600);
    expect(viewOf(meeting(2), planStage(meeting(2), 1200, 600), 1, true).at(-1)!.height).toBe(0);
  });

  it("pins in the line where the person is, else in the first", () => {
    const pinnedIn = (shown: State["shown"]): (string | undefined)[] => {
      const state = meeting(3, { pinned: 101, layout: "speaker", shown });
      return viewOf(state, planStage(state, 1200, 600), 1, true).filter(({ participant }) => participant === 101).map(({ mid }) => mid);
    };
    expect(pinnedIn({ "3": 100, "4": 101 })).toEqual(["4"]);
    expect(pinnedIn({ "3": 100, "4": 102 })).toEqual(["3"]);
  });
});

it("fills the area as well as it can", () => {
  expect(arrange(1, { x: 0, y: 0, width: 1600, height: 900 })[0]).toMatchObject({ width: 1600, height: 900 });
  expect(new Set(arrange(2, { x: 0, y: 0, width: 400, height: 800 }).map(({ x }) => x)).size).toBe(1);
});
