// Stands in a page before the page's own script and notes what a person could read there, beside what the server had
// confirmed at that moment. TAG marks the words that are typed here: each is `TAG-<number>;`, put in at one stroke.
{
  const WORD = new RegExp(`${TAG}-\\d+;`, "g");
  const SAVED = /^42\["saved",\s*(\d+)\]/;
  const FRAME = /^451-\["y",\s*(\d+),/;
  const LOOK_MS = 20;
  const confirmed = new Set();
  const notes = { statuses: [], lies: [], confirmed: [] };
  window.witness = notes;

  const editor = () => {
    const node = document.querySelector("#live-text .cm-content");
    return node && (node.cmTile ?? node.cmView)?.view;
  };
  const ownWords = () => editor()?.state.doc.toString().match(WORD) ?? [];
  const latin = new TextDecoder("latin1");

  const said = (bytes) => latin.decode(bytes).match(WORD) ?? [];
  const isSync = (bytes, step) => bytes[0] === 0 && bytes[1] === step;

  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.frames = [];
      this.here = [];
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") {
          const bytes = new Uint8Array(data);
          // the step 2 that answers it brings what the server lacks of all that is here now
          if (isSync(bytes, 0)) this.here = ownWords();
          // what the server shows to anybody is on its disk
          return void said(bytes).forEach((word) => confirmed.add(word));
        }
        const upTo = Number(SAVED.exec(data)?.[1] ?? 0);
        for (const { n, words } of this.frames) if (n <= upTo) words.forEach((word) => confirmed.add(word));
        this.frames = this.frames.filter(({ n }) => n > upTo);
        notes.confirmed = [...confirmed];
      });
    }
    send(data) {
      if (typeof data === "string") this.number = Number(FRAME.exec(data)?.[1] ?? 0);
      else if (this.number) {
        const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
        this.frames.push({ n: this.number, words: isSync(bytes, 1) ? [...said(bytes), ...this.here] : said(bytes) });
      }
      super.send(data);
    }
  };

  let shown = "";
  const look = () => {
    const status = document.getElementById("live-status")?.textContent ?? "";
    if (status !== shown) notes.statuses.push([Date.now(), (shown = status)]);
    if (!status.startsWith("Saved")) return;
    const open = ownWords().filter((word) => !confirmed.has(word));
    if (open.length) notes.lies.push({ at: Date.now(), status, open });
  };
  setInterval(look, LOOK_MS);
  addEventListener("DOMContentLoaded", () => {
    const line = document.getElementById("live-status");
    if (line) new MutationObserver(look).observe(line, { childList: true, characterData: true, subtree: true });
  });
}
