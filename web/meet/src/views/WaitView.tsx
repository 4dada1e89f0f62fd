import { useEffect, useState, type FormEvent } from "react";
import { waitWords } from "../words.ts";
import { OtherWays } from "./OtherWays.tsx";
import { Page } from "./Page.tsx";
import { useFocusOnShow, useMeet, useStore } from "./hooks.ts";
import { MediaToggles } from "./MediaToggles.tsx";
import { Waiting } from "./Waiting.tsx";

/** In front of the door: what is going on, said plainly. */
export function WaitView() {
  const meet = useMeet();
  const state = useStore(meet.state);
  const said = waitWords(state.wait!, state.info?.organiser ?? "", state.self !== null);
  const asksPin = state.wait!.why === "pin" || state.wait!.why === "wrong-pin";
  return (
    <Page title={said.title} key={asksPin ? "pin" : state.wait!.why}>
      <div className="card wait">
        <p className="lead" role={state.wait!.why === "wrong-pin" ? "alert" : undefined}>{said.text}</p>
        {asksPin ? <PinForm key={state.wait!.triesLeft} /> : <Waiting />}
        <p className="hint">{state.title}</p>
        {!asksPin && <div className="wait-controls"><MediaToggles /></div>}
        <button type="button" className="button" onClick={() => void meet.again()}>Go back</button>
      </div>
      {state.info && <OtherWays info={state.info} base={meet.address.info} />}
    </Page>
  );
}

function PinForm() {
  const meet = useMeet();
  const [pin, setPin] = useState("");
  const [isSent, setSent] = useState(false);
  const input = useFocusOnShow<HTMLInputElement>();
  const wait = useStore(meet.state).wait;
  useEffect(() => void setSent(false), [wait]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pin.trim() === "") return;
    setSent(true);
    meet.tryPin(pin.trim());
  };
  return (
    <form className="pin" onSubmit={submit}>
      <div className="field">
        <label htmlFor="pin">PIN</label>
        <input ref={input} id="pin" value={pin} inputMode="numeric" autoComplete="off" maxLength={16} onChange={(event) => setPin(event.target.value)} />
      </div>
      <button type="submit" className="button primary" disabled={isSent}>{isSent ? "One moment…" : "Continue"}</button>
    </form>
  );
}
