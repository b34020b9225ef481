// One file by tus 1.0, in pieces that fit the line. A broken line is waited for; only what the server refuses ends it.
const TUS = { "Tus-Resumable": "1.0.0" };
const FIRST_PIECE = 128 * 1024; // bytes
const LARGEST_PIECE = 4 * 1024 * 1024;
const SMALLEST_PIECE = 32 * 1024;
const LONGEST_WAIT = 15000; // milliseconds
const KEPT = "okibi-upload:";
const DAYS = 2; // an upload that nobody finished is forgotten by the server then

class Refused extends Error {}
class Gone extends Error {}

// told(bytes, broken, signedOut) hears how it stands. Gives the upload's id; throws Refused with the server's words.
export async function piecesOf(file, collection, token, told, signal) {
  const known = `${KEPT}${file.name}:${file.size}:${file.lastModified}`;
  const line = { collection, token, signal, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
  let id = remembered(known);
  let offset = 0;
  let size = FIRST_PIECE;
  let failures = 0;
  let sure = !id; // whether the offset is the server's
  for (;;) {
    try {
      if (!id) {
        id = await begun(line, file);
        localStorage.setItem(known, JSON.stringify({ id, at: Date.now() }));
        offset = 0;
        sure = true;
      }
      if (!sure) offset = await arrived(line, id);
      sure = true;
      told(offset);
      if (offset >= file.size) break;
      const since = Date.now();
      offset = await piece(line, id, file, offset, size);
      failures = 0;
      const took = Date.now() - since;
      if (took < 1000) size = Math.min(size * 2, LARGEST_PIECE);
      else if (took > 5000) size = Math.max(size / 2, SMALLEST_PIECE);
    } catch (problem) {
      if (signal.aborted) {
        if (id) forget(line, id, known);
        throw problem;
      }
      if (problem instanceof Refused) {
        localStorage.removeItem(known);
        throw problem;
      }
      if (problem instanceof Gone) {
        id = "";
        line.key += "+"; // begun anew, under another key
        continue;
      }
      sure = false;
      size = Math.max(size / 2, SMALLEST_PIECE);
      failures += 1;
      if (problem.status !== 409) {
        told(offset, true, problem.status === 401);
        await pause(Math.min(500 * 2 ** failures, LONGEST_WAIT), signal);
      }
    }
  }
  localStorage.removeItem(known);
  return id;
}

async function call(line, method, address, headers, body) {
  const given = { ...TUS, "X-CSRFToken": line.token(), ...headers };
  const options = { method, headers: given, body, signal: line.signal, credentials: "same-origin", redirect: "error" };
  const response = await fetch(address, options); // TypeError: the line is broken
  if (response.ok) return response;
  const { status } = response;
  if (method !== "POST" && (status === 404 || status === 410)) throw new Gone();
  if ([401, 403, 408, 409, 423, 429, 460].includes(status) || status >= 500) throw Object.assign(new Error(), { status });
  throw new Refused(await response.text());
}

async function begun(line, file) {
  const metadata = `filename ${base64(file.name)},filetype ${base64(file.type || "application/octet-stream")}`;
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata, "Idempotency-Key": line.key };
  const response = await call(line, "POST", line.collection, headers);
  return response.headers.get("Location").split("/").pop();
}

async function arrived(line, id) {
  const response = await call(line, "HEAD", `${line.collection}/${id}`, {});
  return Number(response.headers.get("Upload-Offset"));
}

async function piece(line, id, file, offset, size) {
  const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const body = file.slice(offset, Math.min(offset + size, file.size));
  const response = await call(line, "PATCH", `${line.collection}/${id}`, headers, body);
  return Number(response.headers.get("Upload-Offset"));
}

function forget(line, id, known) {
  localStorage.removeItem(known);
  const headers = { ...TUS, "X-CSRFToken": line.token() };
  fetch(`${line.collection}/${id}`, { method: "DELETE", headers, keepalive: true }).catch(() => {}); // it expires anyway
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    for (const [source, name] of [[window, "online"], [signal, "abort"]]) {
      source.addEventListener(name, () => { clearTimeout(timer); done(); }, { once: true });
    }
  });
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function remembered(known) {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(KEPT))) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > DAYS * 86400000) localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }
  return JSON.parse(localStorage.getItem(known) ?? "{}").id ?? "";
}
