/** A link in the text opens with Ctrl or Cmd and a click, in a tab of its own; a plain click puts the cursor there. */
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";

/** The address of the link at `position`, if it is a web or mail address. */
export function addressAt(state: EditorState, position: number): string | null {
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(position, 1); node; node = node.parent) {
    const url = node.name === "URL" ? node : node.name === "Link" ? node.getChild("URL") : null;
    const address = url && state.sliceDoc(url.from, url.to);
    if (address && /^(?:https?:\/\/|mailto:)/i.test(address)) return address;
  }
  return null;
}

export const openOnClick = EditorView.domEventHandlers({
  mousedown(event, view) {
    if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
    const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
    const address = position === null ? null : addressAt(view.state, position);
    if (!address) return false;
    window.open(address, "_blank", "noopener,noreferrer");
    return true;
  },
});
