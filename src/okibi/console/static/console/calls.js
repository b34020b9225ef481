// The card while it rings: it may be put aside on this page, and it never takes the cursor away from whoever writes.
const KEY = "okibi-calls-aside";
const aside = () => new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function tidy() {
  const hidden = aside().add(document.querySelector("#call-form [name=call]")?.value); // its words are being written here
  const cards = [...document.querySelectorAll("[data-pop]")];
  for (const card of cards) card.hidden = hidden.has(card.dataset.pop);
}

document.addEventListener("click", (event) => {
  const card = event.target.closest("[data-pop-hide]")?.closest("[data-pop]");
  if (!card) return;
  const kept = [...aside(), card.dataset.pop].slice(-20);
  sessionStorage.setItem(KEY, JSON.stringify(kept));
  tidy();
});
document.addEventListener("htmx:after:swap", tidy);
