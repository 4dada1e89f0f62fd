import { useEffect, useRef, useState, type FormEvent } from "react";
import { Icon } from "./Icon.tsx";
import { Linked } from "./Linked.tsx";
import { useMeet, useStore } from "./hooks.ts";

/** Characters of a message. */
const MAX_TEXT = 2000;

/** Messages to everybody, whichever provider's customers they are. */
export function ChatPanel() {
  const meet = useMeet();
  const { chat, self } = useStore(meet.state);
  const [text, setText] = useState("");
  const [isUnsent, setUnsent] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A newer browser gives a promise, which is no clean-up.
    void end.current?.scrollIntoView?.({ block: "end" });
  }, [chat.length]);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    const isSent = meet.chat(text.trim());
    setUnsent(!isSent);
    if (isSent) setText("");
  };
  return (
    <>
      <div className="chat" role="log" aria-label="Messages" tabIndex={0}>
        {chat.length === 0 && <p className="hint">Messages go to everybody in the meeting, at every provider.</p>}
        {chat.map((message) => (
          <article key={message.id} className={message.participant === self ? "message is-own" : "message"}>
            <header>
              <b>{message.participant === self ? "You" : message.name}</b>
              {message.participant !== self && message.provider && <span className="provider">{message.provider}</span>}
              <Time at={message.at} />
            </header>
            <p><Linked text={message.text} /></p>
          </article>
        ))}
        <div ref={end} />
      </div>
      <form className="chat-form" onSubmit={send}>
        <label htmlFor="chat-text" className="sr-only">Message to everybody</label>
        <textarea
          id="chat-text" rows={2} value={text} maxLength={MAX_TEXT} placeholder="Message to everybody" onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => { if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event); }}
        />
        <button type="submit" className="button primary icon-only" aria-label="Send"><Icon name="send" /></button>
        {isUnsent && <p className="field-fault" role="alert">Not sent: the connection is lost just now.</p>}
      </form>
    </>
  );
}

function Time({ at }: { at: string }) {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return null;
  return <time dateTime={at}>{new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(time)}</time>;
}
