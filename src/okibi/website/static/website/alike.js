// While a request is typed, the help articles that read alike are shown below the field. Nothing is sent but that text.
const PAUSE = 600;
const place = document.querySelector("[data-alike]");
const text = document.getElementById("id_text");
let timer;
let asked = 0;

async function look() {
  const form = text.form;
  const said = new FormData();
  for (const name of ["csrfmiddlewaretoken", "text", "product"]) said.set(name, form.elements[name]?.value ?? "");
  const mine = ++asked;
  try {
    const answer = await fetch(place.dataset.alike, { method: "POST", body: said });
    if (answer.ok && mine === asked) place.innerHTML = await answer.text();
  } catch {
    // without a line the form still works
  }
}

if (place && text) {
  text.form.addEventListener("input", (event) => {
    if (!["text", "product"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  if (text.value) look();
}
