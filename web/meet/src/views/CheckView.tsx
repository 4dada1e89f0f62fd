import { useState, type FormEvent } from "react";
import { whenText } from "../when.ts";
import { DeviceFaults } from "./DeviceFaults.tsx";
import { DevicePickers } from "./DevicePickers.tsx";
import { OtherWays } from "./OtherWays.tsx";
import { Page } from "./Page.tsx";
import { Preview } from "./Preview.tsx";
import { useMeet, useStore } from "./hooks.ts";

const MAX_NAME = 60;

/** Before joining: devices, name and PIN, and the other ways in. */
export function CheckView() {
  const meet = useMeet();
  const info = useStore(meet.state).info!;
  const { microphone, camera } = useStore(meet.local);
  const [name, setName] = useState(meet.settings.get().name);
  const [pin, setPin] = useState("");
  const [wasTried, setTried] = useState(false);
  const isNameMissing = wasTried && name.trim() === "";
  const isBare = !microphone.isOn && !camera.isOn;

  const join = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "") meet.join(name.trim(), pin.trim());
    else document.getElementById("name")?.focus();
  };

  return (
    <Page title={info.title || "Meeting"} isWide>
      <p className="lead">{[info.organiser && `Organised by ${info.organiser}`, whenText(info.startsAt, info.endsAt)].filter(Boolean).join(" · ")}</p>
      <div className="check">
        <Preview name={name} />
        <form className="card join" onSubmit={join} noValidate>
          <div className="field">
            <label htmlFor="name">Your name</label>
            <input
              id="name" value={name} maxLength={MAX_NAME} autoComplete="name" required aria-invalid={isNameMissing}
              aria-describedby={isNameMissing ? "name-fault" : undefined} onChange={(event) => setName(event.target.value)}
            />
            {isNameMissing && <p id="name-fault" className="field-fault" role="alert">Please give the name that others will see.</p>}
          </div>
          {info.hasPin && (
            <div className="field">
              <label htmlFor="pin">PIN</label>
              <input id="pin" value={pin} inputMode="numeric" autoComplete="off" maxLength={16} aria-describedby="pin-hint" onChange={(event) => setPin(event.target.value)} />
              <p id="pin-hint" className="hint">You will find it in your invitation.</p>
            </div>
          )}
          <DeviceFaults />
          <details className="devices">
            <summary>Choose devices</summary>
            <DevicePickers />
          </details>
          <button type="submit" className="button primary large">{isBare ? "Join without microphone and camera" : "Join the meeting"}</button>
          <p className="hint">{info.hasLobby ? "You will wait in the lobby until somebody lets you in. " : ""}No account is needed.</p>
        </form>
        <OtherWays info={info} base={meet.address.info} />
      </div>
    </Page>
  );
}
