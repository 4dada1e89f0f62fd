import type { Participant } from "../protocol.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** Who is here and who waits, and what the organiser can do about it. */
export function PeoplePanel() {
  const meet = useMeet();
  const { participants, isModerator, isLocked } = useStore(meet.state);
  const waiting = participants.filter(({ state }) => state === "lobby");
  const inside = participants.filter(({ state }) => state !== "lobby");
  return (
    <div className="people">
      {waiting.length > 0 && (
        <section aria-labelledby="waiting-title">
          <div className="people-head">
            <h3 id="waiting-title">In the lobby ({waiting.length})</h3>
            {isModerator && waiting.length > 1 && (
              <button type="button" className="button small" onClick={() => waiting.forEach(({ id }) => meet.moderate("admit", id))}>Admit all</button>
            )}
          </div>
          <ul>{waiting.map((participant) => <Person key={participant.id} participant={participant} isModerator={isModerator} />)}</ul>
        </section>
      )}
      <section aria-labelledby="inside-title">
        <div className="people-head"><h3 id="inside-title">In the meeting ({inside.length})</h3></div>
        <ul>{inside.map((participant) => <Person key={participant.id} participant={participant} isModerator={isModerator} />)}</ul>
      </section>
      {isModerator && (
        <button type="button" className={isLocked ? "button is-pressed" : "button"} aria-pressed={isLocked} onClick={() => meet.moderate(isLocked ? "unlock" : "lock")}>
          <Icon name="lock" size={18} /> {isLocked ? "Locked: nobody else can join" : "Lock the meeting"}
        </button>
      )}
    </div>
  );
}

const KINDS = { browser: "", phone: "by phone", room: "room system", other: "" };

function Person({ participant, isModerator }: { participant: Participant; isModerator: boolean }) {
  const { name, provider, kind, state, audio, video, hand, isSelf, isOrganiser, isPresenting } = participant;
  const about = [provider, KINDS[kind], isOrganiser ? "organiser" : "", isPresenting ? "presenting" : "", state === "entering" ? "connecting" : ""].filter(Boolean).join(" · ");
  return (
    <li className="person">
      <Avatar name={name} />
      <div className="person-name"><b>{name}{isSelf ? " (you)" : ""}</b><span>{about}</span></div>
      {state !== "lobby" && (
        <span className="person-state">
          {hand && <Sign icon="hand" text="Hand raised" />}
          <Sign icon={audio ? "mic" : "mic-off"} text={audio ? "Microphone on" : "Microphone off"} isOff={!audio} />
          <Sign icon={video ? "camera" : "camera-off"} text={video ? "Camera on" : "Camera off"} isOff={!video} />
        </span>
      )}
      {isModerator && !isSelf && <PersonActions participant={participant} />}
    </li>
  );
}

function Sign({ icon, text, isOff = false }: { icon: Parameters<typeof Icon>[0]["name"]; text: string; isOff?: boolean }) {
  return <span className={isOff ? "is-off" : ""} title={text}><Icon name={icon} size={18} /><span className="sr-only">{text}</span></span>;
}

function PersonActions({ participant: { id, name, state, audio, isOrganiser } }: { participant: Participant }) {
  const meet = useMeet();
  if (state === "lobby") {
    return (
      <span className="person-actions">
        <button type="button" className="button small primary" aria-label={`Admit ${name}`} onClick={() => meet.moderate("admit", id)}>Admit</button>
        <button type="button" className="button small" aria-label={`Refuse ${name}`} onClick={() => meet.moderate("eject", id)}>Refuse</button>
      </span>
    );
  }
  return (
    <span className="person-actions">
      <button type="button" className="button small" aria-label={`Mute ${name}`} disabled={!audio} onClick={() => meet.moderate("mute", id)}>Mute</button>
      {/* Whoever runs the meeting is never sent there: nobody would let them in again. */}
      {!isOrganiser && <button type="button" className="button small" aria-label={`To lobby: ${name}`} onClick={() => meet.moderate("to-lobby", id)}>To lobby</button>}
      <button type="button" className="button small danger" aria-label={`Remove ${name}`} onClick={() => meet.moderate("eject", id)}>Remove</button>
    </span>
  );
}
