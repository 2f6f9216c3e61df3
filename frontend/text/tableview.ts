/** A table looks like one while nobody writes in it; while someone does, its lines are shown, with the bars below each other. */
import { syntaxTree } from "@codemirror/language";
import { EditorState, type Range, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";
import { markdownLanguage } from "./language";
import { marksShown } from "./marks";
import { MARKS, SPANS } from "./styling";
import { type Cell, type Table, tableIn, tablesIn } from "./tables";

/** one row, about */
const ROW_PIXELS = 40;
/** in characters: lines of wider tables would break, and columns with them */
const WIDEST = 50;

/** The words between two places with their looks, without their marks. */
function fill(place: HTMLElement, node: SyntaxNode, source: string, from: number, to: number): void {
  let at = from;
  const upTo = (end: number) => {
    if (end > at) place.append(source.slice(at, end));
    at = Math.max(at, end);
  };
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.to <= from || child.from >= to) continue;
    upTo(child.from);
    const style = SPANS[child.name];
    if (style) {
      const span = document.createElement("span");
      span.className = style;
      fill(span, child, source, child.from, child.to);
      place.append(span);
    } else if (child.name === "Escape") place.append(source.slice(child.from + 1, child.to));
    else if (!MARKS.has(child.name) || (child.name === "URL" && node.name !== "Link")) fill(place, child, source, child.from, child.to);
    at = child.to;
  }
  upTo(to);
}

function sideOf(dashes: string): string {
  return /^:-*:$/.test(dashes) ? "md-middle" : /-:$/.test(dashes) ? "md-end" : "";
}

class Grid extends WidgetType {
  constructor(readonly source: string, readonly rows: number) {
    super();
  }

  override eq(other: Grid): boolean {
    return other.source === this.source;
  }

  override get estimatedHeight(): number {
    return this.rows * ROW_PIXELS;
  }

  override toDOM(view: EditorView): HTMLElement {
    const { source } = this;
    const state = EditorState.create({ doc: source, extensions: markdownLanguage });
    const { rows } = tableIn(state, { from: 0, to: source.length });
    const tree = markdownLanguage.parser.parse(source);
    const sides = rows[1]!.map(({ from, to }) => sideOf(source.slice(from, to)));
    const table = document.createElement("table");
    rows.forEach((cells, row) => {
      if (row === 1) return;
      const line = table.insertRow();
      rows[0]!.forEach((_, column) => {
        const made = line.appendChild(document.createElement(row ? "td" : "th"));
        const cell: Cell | undefined = cells[column];
        if (sides[column]) made.className = sides[column];
        if (!cell) return;
        made.dataset.at = String(cell.to);
        const node = cell.to > cell.from ? tree.resolve(cell.from, 1) : null;
        let whole = node;
        while (whole && whole.name !== "TableCell") whole = whole.parent;
        if (whole) fill(made, whole, source, cell.from, cell.to);
      });
    });
    const grid = document.createElement("div");
    grid.className = "md-grid";
    grid.append(table);
    // a press puts the cursor behind the words of the cell
    grid.addEventListener("mousedown", (event) => {
      const at = (event.target as Element).closest<HTMLElement>("[data-at]")?.dataset.at;
      if (at === undefined || view.state.readOnly || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      view.dispatch({ selection: { anchor: Math.min(view.posAtDOM(grid) + Number(at), view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    });
    return grid;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

class Gap extends WidgetType {
  constructor(readonly width: number) {
    super();
  }

  override eq(other: Gap): boolean {
    return other.width === this.width;
  }

  override toDOM(): HTMLElement {
    const gap = document.createElement("span");
    gap.className = "md-gap";
    gap.setAttribute("aria-hidden", "true");
    gap.textContent = " ".repeat(this.width);
    return gap;
  }
}

/** Gaps that are on screen only: the text itself stays as it was typed. */
function gaps({ rows }: Table): Range<Decoration>[] {
  const width = ({ start, end }: Cell): number => end - start;
  const widest = rows[0]!.slice(0, -1).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ? width(cells[column]) : 0))));
  if (widest.reduce((sum, one) => sum + one + 1, 0) > WIDEST) return [];
  return rows.flatMap((cells) =>
    cells.flatMap((cell, column) => {
      const missing = (widest[column] ?? 0) - width(cell);
      return missing > 0 ? [Decoration.widget({ widget: new Gap(missing), side: 1 }).range(cell.end)] : [];
    }),
  );
}

function draw(state: EditorState): DecorationSet {
  if (state.field(marksShown)) return Decoration.none;
  const { ranges } = state.selection;
  const written = ({ from, to }: Table): boolean => !state.readOnly && ranges.some((range) => range.from <= to && range.to >= from);
  return Decoration.set(
    tablesIn(state).flatMap((table) => {
      if (written(table)) return gaps(table);
      const widget = new Grid(state.sliceDoc(table.from, table.to), table.rows.length);
      return [Decoration.replace({ widget, block: true }).range(table.from, table.to)];
    }),
    true,
  );
}

export const tableView = StateField.define<DecorationSet>({
  create: draw,
  update(drawn, { startState, state, docChanged }) {
    const same = !docChanged && startState.selection.eq(state.selection) && startState.readOnly === state.readOnly;
    return same && startState.field(marksShown) === state.field(marksShown) && syntaxTree(startState) === syntaxTree(state) ? drawn : draw(state);
  },
  provide: (field) => EditorView.decorations.from(field),
});
