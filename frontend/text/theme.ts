/** What CodeMirror's own style sheet would decide over ours: it has no layer, so it wins unless told here. All else is in editor.css. */
import { EditorView } from "@codemirror/view";

export const theme = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", overflowX: "visible" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0" },
  ".cm-line": { paddingBlock: "var(--above, 0) var(--below, 0)", paddingInline: "var(--before, 0) var(--after, 0)" },
  ".cm-placeholder": { color: "var(--soft)" },
});
