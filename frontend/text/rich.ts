/** Rich text from a web page, Word or Google Docs as Markdown: headings, lists, bold, italic, links and tables. All else is plain words. */
import { webAddress } from "./link";

const SKIP = /^(?:SCRIPT|STYLE|HEAD|TITLE|TEMPLATE|NOSCRIPT|IMG|SVG|OBJECT|IFRAME|BUTTON|INPUT|SELECT|TEXTAREA)$/;
const BLOCK = /^(?:P|DIV|H[1-6]|UL|OL|LI|DL|DT|DD|BLOCKQUOTE|PRE|TABLE|HR|SECTION|ARTICLE|MAIN|ASIDE|HEADER|FOOTER|NAV|FIGURE|FIGCAPTION|FORM|FIELDSET|BODY|CENTER|DETAILS|SUMMARY|ADDRESS)$/;
/** without any of these, plain words say as much */
const RICH = "h1,h2,h3,h4,h5,h6,li,table,blockquote,b,strong,i,em,a[href],s,del,[style*='font-weight'],[style*='italic'],[style*='mso-list']";
const DEEPEST = 40;

const styleOf = (node: Element): string => node.getAttribute("style") ?? "";

/** Signs that Markdown would take for its own. */
function escape(words: string): string {
  return words.replace(/[\\`]|\*(?=\S)|(?<=\S)\*|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[a-z!?/])|\](?=\()/giu, "\\$&");
}

const escapeStart = (line: string): string => line.replace(/^(?=(?:#{1,6}|[-+>]|=+|-{3,}) ?(?: |$))/, "\\").replace(/^(\d{1,9})([.)])(?= |$)/, "$1\\$2");

/** Marks go around the words, not around the spaces at their ends. */
function wrapped(words: string, sign: string): string {
  const [, before = "", core = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(words)!;
  return core && !core.includes(sign) ? `${before}${sign}${core}${sign}${after}` : words;
}

function signsOf(node: Element): string[] {
  const style = styleOf(node);
  const weight = /font-weight:\s*(\w+)/i.exec(style)?.[1];
  // Google Docs puts everything into a <b> that is not bold
  const bold = weight ? weight === "bold" || weight === "bolder" || Number(weight) >= 600 : /^(?:B|STRONG)$/.test(node.tagName);
  const slant = /font-style:\s*(\w+)/i.exec(style)?.[1];
  const italic = slant ? slant === "italic" || slant === "oblique" : /^(?:I|EM|CITE)$/.test(node.tagName);
  return [bold ? "**" : "", italic ? "*" : "", /^(?:S|DEL|STRIKE)$/.test(node.tagName) ? "~~" : ""].filter(Boolean);
}

function inline(node: Node, depth = 0): string {
  if (node.nodeType === 3) return escape(node.nodeValue!.replace(/\s+/g, " "));
  if (!(node instanceof Element) || SKIP.test(node.tagName) || /mso-list:\s*ignore/i.test(styleOf(node))) return "";
  if (node.tagName === "BR") return "\n";
  if (depth > DEEPEST) return escape(node.textContent!.replace(/\s+/g, " "));
  const words = [...node.childNodes].map((child) => inline(child, depth + 1)).join("");
  if (node.tagName === "A") {
    const href = node.getAttribute("href") ?? "";
    const address = /^(?:https?|mailto):/i.test(href) ? webAddress(href) : null;
    const target = address?.replace(/\(/g, "%28").replace(/\)/g, "%29");
    return target && words.trim() ? (words.trim() === address ? words : `[${words.trim().replace(/\n/g, " ")}](${target})`) : words;
  }
  if (/^(?:CODE|KBD|SAMP|TT)$/.test(node.tagName)) return wrapped(node.textContent!.replace(/[\s`]+/g, " "), "`");
  return signsOf(node).reduce(wrapped, words);
}

/** Bold next to bold is one bold. */
const tidy = (words: string): string => words.replace(/\*\*(\s*)\*\*(?=[^*\s])/g, "$1").replace(/[ \t]*\n[ \t]*/g, "\n").replace(/ {2,}/g, " ").trim();

function paragraph(words: string): string[] {
  return tidy(words).split(/\n{2,}/).filter(Boolean).map((part) => part.split("\n").map(escapeStart).join("\\\n"));
}

const oneLine = (node: Node): string => tidy(inline(node)).replace(/\s+/g, " ");
const indented = (text: string, by: number): string => text.replace(/\n(?=.)/g, `\n${" ".repeat(by)}`);

function list(node: Element, depth: number): string {
  const ordered = node.tagName === "OL";
  let number = Number(node.getAttribute("start")) || 1;
  const items: string[] = [];
  for (const child of node.children) {
    const nested = /^(?:UL|OL)$/.test(child.tagName);
    // Google Docs and old pages put the inner list beside its item, not into it
    if (nested && items.length) items[items.length - 1] += `\n${" ".repeat(ordered ? 3 : 2)}${indented(list(child, depth + 1), ordered ? 3 : 2)}`;
    else if (nested) items.push(list(child, depth + 1));
    else if (child.tagName === "LI") {
      const mark = ordered ? `${number++}. ` : "- ";
      items.push(mark + indented(blocks(child, depth + 1).join("\n"), mark.length));
    }
  }
  return items.join("\n");
}

function table(node: Element): string[] {
  const rows = [...node.querySelectorAll("tr")].filter((row) => row.closest("table") === node).map((row) => [...row.children]);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  // a table of one column, or one in another, is there for the looks
  if (columns < 2 || node.querySelector("table")) return rows.flatMap((row) => row.flatMap((cell) => blocks(cell, 1)));
  const line = (cells: string[]): string => `|${Array.from({ length: columns }, (_, at) => ` ${cells[at] ?? ""} |`).join("")}`;
  const [head, ...rest] = rows.map((row) => line(row.map((cell) => oneLine(cell).replace(/\|/g, "\\|"))));
  return [[head, line(Array<string>(columns).fill("---")), ...rest].join("\n")];
}

/** Word writes list items as paragraphs that say in their style how deep they are. */
function wordItem(node: Element): string | null {
  const level = /mso-list:[^;]*level(\d)/i.exec(styleOf(node))?.[1];
  if (!level) return null;
  const sign = [...node.querySelectorAll("[style]")].find((part) => /mso-list:\s*ignore/i.test(styleOf(part)))?.textContent ?? "";
  const mark = /^\s*\(?[\da-z]+[.)]/i.test(sign) ? "1." : "-";
  return `${"   ".repeat(Number(level) - 1)}${mark} ${oneLine(node)}`;
}

function block(node: Element, depth: number): string[] {
  const level = /^H([1-6])$/.exec(node.tagName)?.[1];
  if (level) return [oneLine(node).replace(/^\*\*(.+)\*\*$/, "$1")].filter(Boolean).map((words) => `${"#".repeat(Number(level))} ${words}`);
  const item = wordItem(node);
  if (item !== null) return [item];
  if (/^(?:UL|OL)$/.test(node.tagName)) return [list(node, depth)].filter(Boolean);
  if (node.tagName === "TABLE") return table(node);
  if (node.tagName === "HR") return ["---"];
  if (node.tagName === "PRE") return [`\`\`\`\n${node.textContent!.replace(/\n$/, "").replace(/`{3,}/g, "``")}\n\`\`\``];
  const inner = blocks(node, depth + 1);
  return node.tagName === "BLOCKQUOTE" && inner.length ? [inner.join("\n\n").replace(/^/gm, "> ").replace(/^> $/gm, ">")] : inner;
}

function blocks(node: Element, depth: number): string[] {
  if (depth > DEEPEST) return paragraph(escape(node.textContent!));
  const out: string[] = [];
  let words = "";
  const end = () => {
    out.push(...paragraph(words));
    words = "";
  };
  for (const child of node.childNodes) {
    // Google Docs wraps everything in an inline element
    const holds = child instanceof Element && !SKIP.test(child.tagName) && (BLOCK.test(child.tagName) || child.querySelector("p,ul,ol,table,h1,h2,h3,h4,h5,h6,blockquote") !== null);
    if (holds) {
      end();
      out.push(...block(child, depth));
    } else words += inline(child, depth);
  }
  end();
  return out;
}

const WORD_ITEM = /^ *(?:-|1\.) [^\n]*$/;

/** Markdown, or null if the page says no more than its plain words do. */
export function markdownFrom(html: string): string | null {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  if (!body.querySelector(RICH)) return null;
  return blocks(body, 0).reduce((text, next, at, all) => text + (at && WORD_ITEM.test(next) && WORD_ITEM.test(all[at - 1]!) ? "\n" : at ? "\n\n" : "") + next, "");
}
