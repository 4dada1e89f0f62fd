import { Dialog } from "./Dialog.tsx";
import { SHORTCUTS } from "./shortcuts.ts";
import { useMeet, useStore } from "./hooks.ts";

/** The keys, and whether they are listened for. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const meet = useMeet();
  const { hasShortcuts } = useStore(meet.settings);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <label className="checkbox">
        <input type="checkbox" checked={hasShortcuts} onChange={(event) => meet.change({ hasShortcuts: event.target.checked })} /> Use single keys
      </label>
      <dl className="shortcuts">
        {SHORTCUTS.map(({ key, text }) => <div key={key}><dt>{text}</dt><dd><kbd>{key.toUpperCase()}</kbd></dd></div>)}
        <div><dt>Close what is open</dt><dd><kbd>Esc</kbd></dd></div>
        <div><dt>This list</dt><dd><kbd>?</kbd></dd></div>
      </dl>
    </Dialog>
  );
}
