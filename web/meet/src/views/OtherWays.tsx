import type { MeetingInfo } from "../protocol.ts";
import { CopyButton } from "./CopyButton.tsx";
import { Icon } from "./Icon.tsx";

/** Into the same meeting by phone or with a room system, and into the calendar. */
export function OtherWays({ info, base }: { info: MeetingInfo; base: URL }) {
  if (!info.phone && !info.sipUri && !info.calendarUrl) return null;
  return (
    <section className="ways" aria-labelledby="ways-title">
      <h2 id="ways-title">Other ways to join</h2>
      <dl>
        {info.phone && (
          <div>
            <dt><Icon name="phone" /> By phone</dt>
            <dd>
              <a href={`tel:${info.phone.number.replace(/[^+\d]/g, "")}`}>{info.phone.number}</a>
              <span>then the code <strong>{spaced(info.phone.code)}</strong>{info.hasPin ? " and the PIN" : ""}</span>
            </dd>
          </div>
        )}
        {info.sipUri && (
          <div>
            <dt><Icon name="room" /> With a room system</dt>
            <dd>
              <code>{info.sipUri.replace(/^sips?:/, "")}</code>
              <CopyButton text={info.sipUri.replace(/^sips?:/, "")} what="address for room systems" />
            </dd>
          </div>
        )}
        {info.calendarUrl && (
          <div>
            <dt><Icon name="calendar" /> For later</dt>
            <dd><a href={new URL(info.calendarUrl, base).href} download>Add it to your calendar (.ics)</a></dd>
          </div>
        )}
      </dl>
    </section>
  );
}

/** Digits in groups of three, as they are read aloud. */
export function spaced(code: string): string {
  return code.replace(/(\d{3})(?=\d)/g, "$1 ");
}
