/** Markdown as the published page reads it: CommonMark with GitHub's tables, tasks and strikethrough, and no other languages inside. */
import { commonmarkLanguage, deleteMarkupBackward, insertNewlineContinueMarkupCommand } from "@codemirror/lang-markdown";
import { Language } from "@codemirror/language";
import { type Extension, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { GFM, type MarkdownParser } from "@lezer/markdown";

// the list commands recognise Markdown by this language data; its own `markdown()` would pull in HTML, CSS and JavaScript
export const markdownLanguage = new Language(
  commonmarkLanguage.data,
  (commonmarkLanguage.parser as MarkdownParser).configure([GFM]),
  [],
  "markdown",
);

export const markdown: Extension = [
  markdownLanguage,
  Prec.high(
    keymap.of([
      { key: "Enter", run: insertNewlineContinueMarkupCommand({ nonTightLists: false }) },
      { key: "Backspace", run: deleteMarkupBackward },
    ]),
  ),
];
