// What was written goes out once and only once, with or without a connection at the moment.
// The key is made when it is written; a body that may have arrived is never changed, so that a repeat is a repeat.
import { Problem, call } from "./api.js";
import { keep, kept, newId, stored, tellAll } from "./store.js";
import { sendFile } from "./tus.js";

export const SYNC = "outbox"; // the tag of the background sync
const LONGEST_PAUSE = 15 * 60; // seconds
const PATHS = {
  request: () => "/requests",
  message: (item) => `/requests/${item.number}/messages`,
  reopen: (item) => `/requests/${item.number}/reopen`,
};

// item: {kind, number, body, files: [{name, type, blob}]}; gives it as it waits, null where the telephone has no room.
export async function putOut(item) {
  const files = (item.files || []).map((file) => ({ key: newId(), name: file.name, type: file.type, blob: file.blob, upload: "", sent: 0 }));
  const row = { ...item, id: newId(), files, written_at: new Date().toISOString(), state: "waiting", tries: 0, next_at: 0, frozen: "", problem: null };
  try {
    await stored.put("outbox", row);
  } catch (error) {
    return null;
  }
  tellAll({ kind: "outbox", id: row.id });
  return row;
}

export async function waiting() {
  const rows = await stored.all("outbox");
  return rows.sort((one, other) => (one.written_at < other.written_at ? -1 : 1));
}

export async function takeBack(id) {
  await stored.drop("outbox", id);
  tellAll({ kind: "outbox", id });
}

export async function tryAgain(id) {
  await stored.change("outbox", id, (row) => { row.state = "waiting"; row.next_at = 0; row.problem = null; });
}

// Sends what waits, one after another; only one window or worker does it at a time. Gives how many are still waiting.
export function sendOut({ now = false } = {}) {
  const locks = typeof navigator !== "undefined" && navigator.locks;
  return locks ? locks.request("okibi-outbox", () => sendAll(now)) : inTurn(() => sendAll(now));
}

let turn = Promise.resolve();
function inTurn(act) {
  turn = turn.then(act, act);
  return turn;
}

async function sendAll(now) {
  for (const row of await waiting()) {
    if (row.state !== "waiting" || (!now && row.next_at > Date.now())) continue;
    if (!(await sendOne(row))) break; // no connection: the others would not fare better
  }
  return (await waiting()).filter((row) => row.state === "waiting").length;
}

async function sendOne(row) {
  try {
    await haveToken();
    if (!row.frozen) await sendFiles(row);
    if (!(await stored.get("outbox", row.id))) return true; // taken back meanwhile
    const answer = await call(PATHS[row.kind](row), { method: "POST", body: row.frozen, key: row.id });
    await stored.drop("outbox", row.id);
    tellAll({ kind: "outbox", id: row.id, sent: true, answer, number: answer.number, what: row.kind });
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return failed(row, problem);
  }
}

async function sendFiles(row) {
  const total = row.files.reduce((sum, file) => sum + file.blob.size, 0);
  for (const file of row.files) {
    const before = row.files.slice(0, row.files.indexOf(file)).reduce((sum, each) => sum + each.blob.size, 0);
    await sendFile(file, (changed) => noteFile(row, changed), (bytes) => tellAll({ kind: "outbox", id: row.id, bytes: before + bytes, total }));
  }
  const body = { ...row.body };
  if (row.files.length) body.uploads = row.files.map((file) => file.upload);
  if (row.kind === "request") body.written_at = row.written_at;
  row.frozen = JSON.stringify(body);
  await stored.change("outbox", row.id, (kept) => { kept.frozen = row.frozen; });
}

function noteFile(row, changed) {
  return stored.change("outbox", row.id, (kept) => {
    kept.files[row.files.indexOf(changed)].upload = changed.upload;
    kept.files[row.files.indexOf(changed)].key = changed.key;
  });
}

// Gives whether the next one may be tried.
async function failed(row, problem) {
  const lost = row.files.length > 0 && ["uploads.not_found", "uploads.not_whole"].includes(problem.code);
  const later = problem.passing || lost || problem.status === 401;
  await stored.change("outbox", row.id, (kept) => {
    if (lost) { kept.frozen = ""; } // the files were forgotten by the server: they go again
    kept.tries += problem.offline ? 0 : 1;
    kept.state = later ? "waiting" : "failed";
    kept.next_at = later && !problem.offline ? Date.now() + 1000 * Math.max(problem.retryAfter, Math.min(2 ** kept.tries, LONGEST_PAUSE)) : 0;
    kept.problem = { code: problem.code, detail: problem.errors.length ? problem.errors[0].detail : problem.detail };
  });
  tellAll({ kind: "outbox", id: row.id });
  return !problem.offline && problem.status !== 401;
}

// Who chose to write without saying who they are gets a token that proves nobody, also when the choice was made offline.
async function haveToken() {
  if (await kept("token")) return;
  if (!(await kept("unproved"))) throw new Problem(401, null, 0);
  const device = (await kept("about")) || { kind: "mobile" };
  const begun = await call("/enrolments", { method: "POST", body: { device }, anonymous: true });
  await keep("token", begun.token);
  tellAll({ kind: "session" });
}
