// Time goes on: once a minute (and when a sleeping page wakes) the body gets the event "minute". Regions that show how much
// is left ask the server again: hx-get="…" hx-trigger="minute from:body". Nothing here computes a term.
const MINUTE = 60000;
let last = Date.now();

function tick() {
  if (document.hidden) return;
  last = Date.now();
  document.body.dispatchEvent(new CustomEvent("minute", { bubbles: true }));
}

setInterval(tick, MINUTE);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - last > MINUTE) tick();
});
