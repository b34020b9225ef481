// The public API, /api/v1. Used by the page and by the service worker.
import { keep, kept, tellAll } from "./store.js";

export const API = "/api/v1";
const PATIENCE = 60000; // milliseconds for an answer

// Everything that can come back instead of an answer. status 0: no connection, or no answer in time.
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super((body && body.detail) || `HTTP ${status}`);
    this.status = status;
    this.code = (body && body.code) || (status ? "http" : "offline");
    this.detail = (body && body.detail) || "";
    this.errors = (body && body.errors) || [];
    this.triesLeft = body && body.tries_left;
    this.retryAfter = retryAfter || 0; // seconds
  }

  get offline() { return this.status === 0; }

  // Whether the same call may do better later.
  get passing() { return [0, 408, 423, 429, 460].includes(this.status) || this.status >= 500; }
}

// Calls with the device's token. given: method, body (becomes JSON), bytes, key, headers, signal, raw, anonymous.
export async function call(path, given = {}) {
  const headers = { Accept: "application/json", "Accept-Language": (await kept("language")) || "ru", ...given.headers };
  const token = given.anonymous ? null : await kept("token");
  if (token && !headers.Authorization) headers.Authorization = `Bearer ${token}`;
  if (given.key) headers["Idempotency-Key"] = given.key;
  if (given.body !== undefined) headers["Content-Type"] = "application/json";
  const body = given.body === undefined ? given.bytes : typeof given.body === "string" ? given.body : JSON.stringify(given.body);
  const response = await answered(path.startsWith("/") ? path : `/${path}`, { method: given.method || "GET", headers, body, cache: "no-store" }, given);
  if (response.ok) return given.raw ? response : response.status === 204 ? null : response.json();
  const problem = new Problem(response.status, await asJson(response), Number(response.headers.get("Retry-After")) || 0);
  if (problem.status === 401 && token && headers.Authorization === `Bearer ${token}`) await cutOff(token);
  throw problem;
}

let lost = -1; // when the browser last said that the line is gone
if (typeof addEventListener === "function") addEventListener("offline", () => { lost = performance.now(); });

async function answered(path, options, given) {
  const began = performance.now();
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), given.patience || PATIENCE);
  if (given.signal) given.signal.addEventListener("abort", () => control.abort());
  try {
    const response = await fetch(API + path, { ...options, signal: control.signal, credentials: "omit" });
    if (began > lost) reachable(true); // an answer that was on its way when the line went says nothing of now
    return response;
  } catch (error) {
    if (given.signal && given.signal.aborted) throw error;
    reachable(false);
    throw new Problem(0, null, 0);
  } finally {
    clearTimeout(timer);
  }
}

async function asJson(response) {
  try {
    return await response.json();
  } catch (error) {
    return null;
  }
}

// The token opens nothing any more: the telephone was cut off in the portal or at the desk.
async function cutOff(token) {
  if ((await kept("token")) !== token) return;
  await keep("token", undefined);
  await keep("device", undefined);
  await keep("unproved", undefined);
  tellAll({ kind: "session" });
}

// Tells the page whether the desk can be reached at the moment.
function reachable(yes) {
  if (typeof document !== "undefined") dispatchEvent(new CustomEvent("okibi-reach", { detail: yes }));
}
