async () => {
  const said = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const spell = (value) => {
    if (value instanceof Uint8Array) {
      const letters = Array.from(value, (byte) => String.fromCharCode(byte)).join("");
      return `${letters}\nYJS:${btoa(letters)}\n`;
    }
    if (value && typeof value === "object") return Object.values(value).map(spell).join("\n");
    const text = String(value);
    try {
      return `${text}\n${atob(text)}`;
    } catch {
      return text;
    }
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((done, fail) => {
        const asked = database.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
      said.push(name, ...rows.map(spell));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) said.push(request.url, await (await cache.match(request)).text());
  }
  return said.join("\n");
}
