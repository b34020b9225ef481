// What the telephone keeps: IndexedDB "okibi-mob". Used by the page and by the service worker.
//   kv        token, device, drafts, what was last heard of the desk; by name
//   outbox    what waits to be sent; by id, which is its idempotency key
//   requests  the requests as last seen; by number
//   messages  {number, items}: the conversations as last seen
const STORES = { kv: undefined, outbox: { keyPath: "id" }, requests: { keyPath: "number" }, messages: { keyPath: "number" } };
let opened = null;

function open() {
  if (opened) return opened;
  opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("okibi-mob", 1);
    asked.onupgradeneeded = () => {
      for (const name of Object.keys(STORES)) asked.result.createObjectStore(name, STORES[name]);
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      asked.result.onclose = () => { opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  opened.catch(() => { opened = null; });
  return opened;
}

async function within(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const asked = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked ? asked.result : undefined);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const stored = {
  get: (store, key) => within(store, "readonly", (rows) => rows.get(key)),
  all: (store) => within(store, "readonly", (rows) => rows.getAll()),
  put: (store, value, key) => within(store, "readwrite", (rows) => (key === undefined ? rows.put(value) : rows.put(value, key))),
  drop: (store, key) => within(store, "readwrite", (rows) => rows.delete(key)),
  empty: (store) => within(store, "readwrite", (rows) => rows.clear()),
  // Changes a row in one transaction, so that nobody's change is lost; gives the row, or undefined where it is gone.
  change: (store, key, act) => within(store, "readwrite", (rows) => {
    const asked = rows.get(key);
    asked.onsuccess = () => { if (asked.result) { act(asked.result); rows.put(asked.result); } };
    return asked;
  }),
};

export const kept = (name) => stored.get("kv", name);
export const keep = (name, value) => (value === undefined ? stored.drop("kv", name) : stored.put("kv", value, name));

// A random UUID (RFC 9562, version 4); crypto.randomUUID is younger than the browsers we serve.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// What one window or the service worker tells the others: {kind: "outbox" | "session" | "requests" | "open", …}.
export function tellAll(event) {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("okibi-mob");
  channel.postMessage(event);
  channel.close();
}
