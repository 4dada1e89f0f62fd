import { createRoot } from "react-dom/client";
import { meetingAddress } from "./address.ts";
import { Meet } from "./meet.ts";
import { App } from "./views/App.tsx";
import { Guard } from "./views/Guard.tsx";
import "@meetpoint/shared/colours.css";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/meeting.css";
import "./styles/panel.css";

const address = meetingAddress(location.href);
const root = createRoot(document.getElementById("root")!);
if (address) {
  const meet = new Meet(address);
  root.render(<Guard><App meet={meet} /></Guard>);
  void meet.load();
} else root.render(<main className="page"><h1>No meeting</h1><p>The address of this page names no meeting. Please use the link of your invitation.</p></main>);
