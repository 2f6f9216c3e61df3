/** What CodeMirror's own style sheet would decide over ours: it has no layer, so it wins unless told here. All else is in editor.css. */
import { EditorView } from "@codemirror/view";

export const theme = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", overflowX: "visible" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0" },
  ".cm-line": { padding: "0" },
  ".cm-placeholder": { color: "var(--soft)" },
});
