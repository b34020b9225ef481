// While an answer is written, the others who look at the ticket and the requester are told so, every few seconds at most.
const EVERY = 4000;
let told = 0;

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-compose]");
  const beat = document.querySelector("form[data-presence-beat]");
  if (!form || !beat || !event.target.matches("textarea") || !event.target.value.trim() || Date.now() - told < EVERY) return;
  told = Date.now();
  const said = new FormData(beat);
  said.set("typing", "1");
  said.set("act", form.elements.act?.value ?? "reply");
  fetch(beat.getAttribute("hx-post"), { method: "POST", body: said }).catch(() => {});
});
