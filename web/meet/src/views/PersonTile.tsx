import { useMemo } from "react";
import type { Participant } from "../protocol.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { Video } from "./Video.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** Tiles narrower than this have room for a name and no more; and for the provider beside it. */
const SMALL = 160;
const ROOMY = 220;

/** One person: the picture when there is one, else initials; name, provider and what is off. */
export function PersonTile({ participant, isMain, width }: { participant: Participant; isMain: boolean; width: number }) {
  const meet = useMeet();
  const state = useStore(meet.state);
  const streams = useStreamsOf(participant);
  const isSpeaking = state.speaker === participant.id;
  const isPinned = state.pinned === participant.id;
  const reactions = state.reactions.filter((reaction) => reaction.participant === participant.id);
  const isSmall = width < SMALL;
  const who = participant.isSelf ? "You" : participant.name;
  return (
    <figure className={["tile", isSpeaking ? "is-speaking" : "", isMain ? "is-main" : "", isSmall ? "is-small" : ""].join(" ")}>
      {/* The initials stand until a first picture covers them. */}
      <Avatar name={participant.name} />
      {streams.length > 0 && (
        <div className="tile-cameras">
          {streams.map((stream, at) => <Video key={stream.id} stream={stream} isMirrored={participant.isSelf} label={streams.length > 1 ? `Picture ${at + 1} of ${who}` : `Picture of ${who}`} />)}
        </div>
      )}
      <figcaption className="tile-name">
        {!participant.audio && <span className="tile-muted"><Icon name="mic-off" size={16} /><span className="sr-only">Muted: </span></span>}
        <span className="tile-who">{who}</span>
        {!participant.isSelf && participant.provider && width >= ROOMY && <span className="tile-provider">{participant.provider}</span>}
      </figcaption>
      {participant.hand && <span className="tile-hand"><Icon name="hand" size={20} /><span className="sr-only">Hand raised</span></span>}
      {reactions.length > 0 && <span className="tile-reaction" aria-hidden="true">{reactions[reactions.length - 1]!.emoji}</span>}
      {!participant.isSelf && !isSmall && (
        <button
          type="button" className="tile-pin" aria-pressed={isPinned} aria-label={`Pin ${participant.name}`} title={isPinned ? "Unpin" : "Pin: show large"}
          onClick={() => meet.dispatch({ type: "pin", participant: isPinned ? null : participant.id })}
        >
          <Icon name="pin" size={18} />
        </button>
      )}
    </figure>
  );
}

/** The own camera, or what comes in the lines that show the person: a room with several cameras from left to right. */
function useStreamsOf(participant: Participant): MediaStream[] {
  const meet = useMeet();
  const state = useStore(meet.state);
  const peer = useStore(meet.peer);
  const { camera } = useStore(meet.local);
  const own = useMemo(() => (participant.isSelf && camera.track ? new MediaStream([camera.track]) : null), [participant.isSelf, camera.track]);
  if (participant.isSelf) return own ? [own] : [];
  if (!participant.video) return [];
  return state.lines
    .filter(({ mid, kind }) => kind === "camera" && state.shown[mid] === participant.id)
    .sort((one, other) => (state.places[one.mid] ?? 0) - (state.places[other.mid] ?? 0))
    .map(({ mid }) => peer?.stream(mid) ?? null)
    .filter((stream) => stream !== null);
}
