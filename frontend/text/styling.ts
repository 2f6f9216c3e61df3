/** Makes Markdown look like the document it describes. Inline and line decorations only, so nothing jumps. */
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Range } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { SyntaxNodeRef } from "@lezer/common";
import { around } from "./inline";
import { marksShown } from "./marks";
import { pictureOf } from "./picture";
import { below, inPlace } from "./picturewidget";
import { bullet, taskBox } from "./widgets";

interface Span {
  from: number;
  to: number;
}

/** Whether the line at a position is shown without its marks. */
type BareAt = (position: number) => boolean;

export const MARKS = new Set(["HeaderMark", "EmphasisMark", "StrikethroughMark", "CodeMark", "LinkMark", "LinkTitle", "QuoteMark", "URL"]);
export const SPANS: Record<string, string> = {
  StrongEmphasis: "md-strong",
  Emphasis: "md-em",
  Strikethrough: "md-strike",
  InlineCode: "md-code",
  Link: "md-link",
  Autolink: "md-link",
};
const LINES: Record<string, string> = {
  Blockquote: "md-quote",
  FencedCode: "md-block",
  CodeBlock: "md-block",
  Table: "md-table",
  HorizontalRule: "md-rule",
};
const DEEPEST = 4;

const hidden = Decoration.replace({});
const shownMark = Decoration.mark({ class: "md-mark" });
const spans = new Map(Object.entries(SPANS).map(([name, style]) => [name, Decoration.mark({ class: style })]));
const lines = new Map(Object.entries(LINES).map(([name, style]) => [name, Decoration.line({ class: style })]));
const headings = [1, 2, 3, 4, 5, 6].map((level) =>
  Decoration.line({ class: `md-h md-h${level}`, attributes: { role: "heading", "aria-level": String(level) } }),
);
const items = Array.from({ length: DEEPEST + 1 }, (_, depth) => Decoration.line({ class: `md-item md-item${depth}` }));
const rests = items.map((_item, depth) => Decoration.line({ class: `md-item md-item${depth} md-rest` }));
const listMark = Decoration.mark({ class: "md-list-mark" });
const done = Decoration.line({ class: "md-done" });

/** Numbers of the lines on which someone is writing: their marks stay visible. */
export function activeLines(state: EditorState, focused: boolean): Set<number> {
  const numbers = new Set<number>();
  for (const range of state.selection.ranges) {
    // the bars of a table stand below each other only if all its marks are seen
    const table = around(state, range, "Table");
    if (!focused && !table) continue;
    const { from, to } = table ?? range;
    const last = state.doc.lineAt(to).number;
    for (let number = state.doc.lineAt(from).number; number <= last; number += 1) numbers.add(number);
  }
  return numbers;
}

function eachLine(state: EditorState, { from, to }: Span, act: (lineStart: number) => void): void {
  for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
    act(line.from);
    if (line.to >= to || line.number === state.doc.lines) return;
  }
}

function depthOf(node: SyntaxNodeRef): number {
  let depth = -1;
  for (let up = node.node.parent; up; up = up.parent) if (up.name === "BulletList" || up.name === "OrderedList") depth += 1;
  return Math.min(Math.max(depth, 0), DEEPEST);
}

/** The spaces before an item say how deep it is, which the indentation shows already. */
function hideIndent(state: EditorState, lineStart: number, bare: boolean): Range<Decoration>[] {
  const indent = /^[ \t]*/.exec(state.doc.lineAt(lineStart).text)![0].length;
  return bare && indent ? [hidden.range(lineStart, lineStart + indent)] : [];
}

function listItem(state: EditorState, node: SyntaxNodeRef, bare: boolean): Range<Decoration>[] {
  const { from } = state.doc.lineAt(node.from);
  return [items[depthOf(node)]!.range(from), ...hideIndent(state, from, bare)];
}

/** The lines of an item's paragraph after its first. */
function restOfItem(state: EditorState, node: SyntaxNodeRef, bareAt: BareAt): Range<Decoration>[] {
  const out: Range<Decoration>[] = [];
  const first = state.doc.lineAt(node.node.parent!.from).from;
  eachLine(state, node, (start) => {
    if (start !== first) out.push(rests[depthOf(node)]!.range(start), ...hideIndent(state, start, bareAt(start)));
  });
  return out;
}

function listSign(state: EditorState, node: SyntaxNodeRef, bare: boolean): Range<Decoration>[] {
  const task = node.node.nextSibling?.name === "Task";
  if (bare && task) return [hidden.range(node.from, Math.min(node.to + 1, state.doc.length))];
  if (bare && !/\d/.test(state.sliceDoc(node.from, node.to))) return [Decoration.replace({ widget: bullet }).range(node.from, node.to)];
  return [listMark.range(node.from, node.to)];
}

function taskSign(state: EditorState, node: SyntaxNodeRef, bare: boolean): Range<Decoration>[] {
  const ticked = /x/i.test(state.sliceDoc(node.from, node.to));
  const out = ticked ? [done.range(state.doc.lineAt(node.from).from)] : [];
  if (bare) out.push(Decoration.replace({ widget: taskBox(ticked) }).range(node.from, node.to));
  return out;
}

/** A web address is a mark inside `[words](address)`, and content everywhere else; so are the fences of a code block. */
function isMark(node: SyntaxNodeRef): boolean {
  if (!MARKS.has(node.name)) return false;
  const parent = node.node.parent?.name;
  if (parent === "Image" || parent === "LinkReference" || parent === "FencedCode") return false;
  return node.name !== "URL" || parent === "Link";
}

function mark(state: EditorState, node: SyntaxNodeRef, bare: boolean): Range<Decoration>[] {
  if (!bare) return [shownMark.range(node.from, node.to)];
  const spaced = node.name === "HeaderMark" || node.name === "QuoteMark";
  const to = spaced && state.sliceDoc(node.to, node.to + 1) === " " ? node.to + 1 : node.to;
  // a decoration of a view plugin may not hide a line break; a link's title may hold one
  return state.doc.lineAt(node.from).to < to ? [] : [hidden.range(node.from, to)];
}

/** The address of a picture says nothing to people; it is seen only while its line is written. */
function picture(state: EditorState, node: SyntaxNodeRef, bare: boolean): Range<Decoration>[] {
  const found = pictureOf(state, node.node);
  if (!found) return [];
  const oneLine = state.doc.lineAt(node.from).to >= node.to;
  return bare && oneLine ? [inPlace(found).range(node.from, node.to)] : [below(found).range(node.to)];
}

function style(state: EditorState, node: SyntaxNodeRef, bareAt: BareAt): Range<Decoration>[] {
  const bare = bareAt(node.from);
  const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name);
  const line = heading ? headings[Number(heading[1]) - 1] : lines.get(node.name);
  const out: Range<Decoration>[] = [];
  if (line) eachLine(state, node, (start) => out.push(line.range(start)));
  const span = spans.get(node.name);
  if (span) out.push(span.range(node.from, node.to));
  if (node.name === "ListItem") out.push(...listItem(state, node, bare));
  else if (node.name === "Paragraph" && node.node.parent?.name === "ListItem") out.push(...restOfItem(state, node, bareAt));
  else if (node.name === "ListMark") out.push(...listSign(state, node, bare));
  else if (node.name === "Image") out.push(...picture(state, node, bare));
  else if (node.name === "TaskMarker") out.push(...taskSign(state, node, bare));
  else if (node.name === "HorizontalRule") out.push((bare ? hidden : shownMark).range(node.from, node.to));
  else if (node.to > node.from && isMark(node)) out.push(...mark(state, node, bare));
  return out;
}

/** Decorations for these parts of the text. On lines in `active` the marks stay visible. */
export function decorate(state: EditorState, parts: readonly Span[], active: ReadonlySet<number>): DecorationSet {
  const out: Range<Decoration>[] = [];
  const everywhere = state.field(marksShown, false) ?? false;
  const bareAt: BareAt = (position) => !everywhere && !active.has(state.doc.lineAt(position).number);
  for (const { from, to } of parts)
    syntaxTree(state).iterate({
      from,
      to,
      enter(node) {
        out.push(...style(state, node, bareAt));
      },
    });
  return Decoration.set(out, true);
}

function current(view: EditorView): DecorationSet {
  return decorate(view.state, view.visibleRanges, activeLines(view.state, view.hasFocus));
}

function stale(update: ViewUpdate): boolean {
  const marks = update.startState.field(marksShown, false) !== update.state.field(marksShown, false);
  const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
  return update.docChanged || update.selectionSet || update.viewportChanged || update.focusChanged || marks || parsed;
}

export const liveStyling = [
  marksShown,
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = current(view);
      }

      update(update: ViewUpdate): void {
        // an input method loses its composition when the DOM under it is rebuilt
        if (update.view.composing) this.decorations = this.decorations.map(update.changes);
        else if (stale(update)) this.decorations = current(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  ),
];
