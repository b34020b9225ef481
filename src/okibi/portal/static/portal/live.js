// News of the requests as they happen: <… data-events="/portal/events" data-last-event="812"> names the stream, and
// [data-live-part] (with data-number where one request is shown) is asked for anew by the body's event "pt-news".
// The browser comes back by itself with its Last-Event-ID. Where no stream gets through, the part is asked for every
// 20 seconds; nothing is open or asked for while nobody looks, so nothing is taken for read that nobody saw.
const POLL = 20000; // milliseconds
const WRITES = 6000; // a specialist who stopped is not said to write for longer
const UNSURE = 9; // polls after which an open stream is not trusted alone: a proxy may swallow what it brings
const NAMES = ["request.placed", "request.message", "request.state", "request.read"];

const root = document.querySelector("[data-events]");
let last = root?.dataset.lastEvent ?? "";
let stream = null;
let asked = 0;
let writes = 0;
let polls = 0;

const shown = () => document.querySelector("[data-live-part]")?.dataset.number ?? "";

function heard(event) {
  if (event.lastEventId) last = event.lastEventId;
  const { number } = JSON.parse(event.data);
  return !shown() || shown() === number;
}

function ask() {
  clearTimeout(asked);
  asked = setTimeout(() => document.body.dispatchEvent(new CustomEvent("pt-news")), 100); // several come at once
}

function sayTyping() {
  const said = document.querySelector("[data-typing] > span");
  if (!said) return;
  said.hidden = false;
  clearTimeout(writes);
  writes = setTimeout(() => (document.querySelector("[data-typing] > span").hidden = true), WRITES);
}

function open() {
  if (stream || document.hidden) return;
  const address = new URL(root.dataset.events, location.href);
  if (last) address.searchParams.set("last_event_id", last);
  stream = new EventSource(address);
  for (const name of NAMES) stream.addEventListener(name, (event) => heard(event) && ask());
  stream.addEventListener("request.typing", (event) => heard(event) && shown() && sayTyping());
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && close());
}

function close() {
  stream?.close();
  stream = null;
}

function tick() {
  if (document.hidden) return;
  polls += 1;
  if (stream?.readyState !== EventSource.OPEN || polls % UNSURE === 0) ask();
  open();
}

if (root && document.querySelector("[data-live-part]")) {
  open();
  setInterval(tick, POLL);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
}

// What the reader opened stays open while the part around it changes.
const folds = () => [...document.querySelectorAll("[data-live-part] details")];
const words = (details) => details.querySelector("summary").textContent.trim();
let unfolded = new Set();
document.addEventListener("htmx:before:swap", () => {
  unfolded = new Set(folds().filter((details) => details.open).map(words));
});
document.addEventListener("htmx:after:swap", () => {
  for (const details of folds()) if (unfolded.has(words(details))) details.open = true;
});
