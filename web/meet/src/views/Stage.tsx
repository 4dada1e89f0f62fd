import { useEffect, useMemo } from "react";
import { planStage, viewOf, type Tile } from "../stage.ts";
import { nameOf } from "../notices.ts";
import { PersonTile } from "./PersonTile.tsx";
import { Video } from "./Video.tsx";
import { useIsVisible, useMeet, useSize, useStore } from "./hooks.ts";

/** The exchange is told of a new layout once it has stood for this long. */
const SETTLED_MS = 250;

/** Everybody's pictures, and what is shared. */
export function Stage() {
  const meet = useMeet();
  const state = useStore(meet.state);
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const isVisible = useIsVisible();
  const plan = useMemo(() => planStage(state, width, height), [state, width, height]);
  useEffect(() => {
    const timer = setTimeout(() => meet.setView(viewOf(state, plan, window.devicePixelRatio || 1, isVisible)), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [state, plan, isVisible]);
  const isAlone = plan.tiles.length === 1 && plan.tiles[0]?.kind === "person" && plan.tiles[0].participant.isSelf;
  return (
    <section className="stage" aria-label="Participants">
      <div ref={ref} className="stage-area">
        {plan.tiles.map((tile) => (
          <div key={keyOf(tile)} className="tile-place" style={{ transform: `translate(${tile.x}px, ${tile.y}px)`, width: tile.width, height: tile.height }}>
            <TileView tile={tile} />
          </div>
        ))}
        {isAlone && <p className="alone">Nobody else is here yet.</p>}
      </div>
    </section>
  );
}

function TileView({ tile }: { tile: Tile }) {
  const meet = useMeet();
  const state = useStore(meet.state);
  const peer = useStore(meet.peer);
  switch (tile.kind) {
    case "person":
      return <PersonTile participant={tile.participant} isMain={tile.isMain} width={tile.width} />;
    case "content": {
      const line = state.lines.find(({ kind }) => kind === "content");
      const stream = line ? peer?.stream(line.mid) : null;
      const by = nameOf(state, tile.by);
      return (
        <figure className="tile is-content">
          {stream && <Video stream={stream} fits label={`Screen that ${by} shares`} />}
          <figcaption className="tile-name">{by} shares a screen</figcaption>
        </figure>
      );
    }
    case "more":
      return (
        <button type="button" className="tile is-more" onClick={() => meet.dispatch({ type: "panel", panel: "people" })}>
          {tile.count} more
        </button>
      );
  }
}

function keyOf(tile: Tile): string {
  return tile.kind === "person" ? `person-${tile.participant.id}` : tile.kind;
}
