// The composer: radio buttons become tabs, only the chosen part is sent, files come by button, drop or paste and show as chips.
function prepare(form) {
  if (form.dataset.ready) return;
  form.dataset.ready = "yes";
  const radios = [...form.querySelectorAll("[data-tab]")];
  const list = form.querySelector("[data-tabs]");
  list.setAttribute("role", "tablist");
  for (const radio of radios) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${radio.id}`;
    tab.className = "tab";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", radio.dataset.tab);
    tab.textContent = form.querySelector(`label[for="${radio.id}"]`).textContent.trim();
    for (const name of ["key", "keyLabel"]) if (radio.dataset[name]) tab.dataset[name] = radio.dataset[name];
    radio.removeAttribute("data-key");
    tab.addEventListener("click", () => choose(form, radio, true));
    tab.addEventListener("keydown", (event) => walk(event, form, radios));
    radio.hidden = true;
    form.querySelector(`label[for="${radio.id}"]`).replaceWith(tab);
    const panel = document.getElementById(radio.dataset.tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  choose(form, radios.find((radio) => radio.checked) ?? radios[0], false);
}

function choose(form, radio, write) {
  radio.checked = true;
  form.dataset.act = radio.value;
  for (const other of form.querySelectorAll("[data-tab]")) {
    const here = other === radio;
    const tab = document.getElementById(`tab-${other.id}`);
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    const panel = document.getElementById(other.dataset.tab);
    panel.hidden = !here;
    panel.querySelector("fieldset").disabled = !here;
    panel.closest("form").noValidate = false; // without this script all three stand open, and the server checks
  }
  for (const part of form.querySelectorAll("[data-only]")) part.hidden = !part.dataset.only.split(" ").includes(radio.value);
  if (write) {
    form.scrollIntoView({ block: "nearest" });
    document.getElementById(radio.dataset.tab).querySelector("select, textarea")?.focus();
  }
}

function walk(event, form, radios) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = radios.findIndex((radio) => radio.checked);
  const next = radios[(at + step + radios.length) % radios.length];
  choose(form, next, false);
  document.getElementById(`tab-${next.id}`).focus();
}

// --- files ---

function take(form, files) {
  const input = form.querySelector("[data-files]");
  if (!input || !files.length) return;
  put(form, input, [...input.files, ...files]);
}

/** Only what the server would take; why the rest is not there is told where it would tell it. The text stays. */
function put(form, input, files) {
  const place = form.querySelector("[data-file-chips]");
  const most = Number(place.dataset.largest) || Infinity;
  const kept = new DataTransfer();
  const refused = new Map();
  let together = 0;
  for (const file of files) {
    const why = !file.size ? "empty" : file.size > most ? "tooLarge" : together + file.size > most ? "tooMuch" : "";
    if (why) refused.set(why, [...(refused.get(why) ?? []), file.name]);
    else {
      together += file.size;
      kept.items.add(file);
    }
  }
  input.files = kept.files;
  chips(form, input);
  complain(form, [...refused].map(([why, names]) => `${place.dataset[why]} ${names.join(", ")}`));
}

function complain(form, lines) {
  const box = document.createElement("div");
  box.className = "errors";
  box.setAttribute("role", "alert");
  for (const line of lines) {
    const words = document.createElement("p");
    words.textContent = line;
    box.append(words);
  }
  form.querySelector("#compose-errors").replaceChildren(...(lines.length ? [box] : []));
}

function size(bytes) {
  const language = document.documentElement.lang;
  const big = bytes >= 1048576;
  const unit = language.startsWith("ru") ? (big ? "МБ" : "КБ") : big ? "MB" : "KB";
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: big ? 1 : 0 }).format(Math.max(bytes / (big ? 1048576 : 1024), big ? 0 : 1))} ${unit}`;
}

function chips(form, input) {
  const place = form.querySelector("[data-file-chips]");
  place.replaceChildren(...[...input.files].map((file, index) => {
    const row = document.createElement("li");
    const chip = document.createElement("span");
    const name = document.createElement("span");
    const weight = document.createElement("small");
    const drop = document.createElement("button");
    chip.className = "file";
    name.textContent = file.name;
    weight.textContent = size(file.size);
    drop.type = "button";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `${place.dataset.remove} ${file.name}`);
    drop.addEventListener("click", () => {
      const rest = new DataTransfer();
      [...input.files].forEach((other, at) => at !== index && rest.items.add(other));
      input.files = rest.files;
      chips(form, input);
    });
    chip.append(name, weight, drop);
    row.append(chip);
    return row;
  }));
}

document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-compose] [data-files]")) put(event.target.form, event.target, [...event.target.files]);
});
document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("form[data-compose]");
  if (form && event.clipboardData.files.length) {
    event.preventDefault();
    take(form, event.clipboardData.files);
  }
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-compose]");
    if (!form || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.toggleAttribute("data-dropping", name === "dragover");
    if (name === "drop") take(form, event.dataTransfer.files);
  });
}
document.addEventListener("dragleave", (event) => event.target.closest?.("form[data-compose]")?.removeAttribute("data-dropping"));

const all = () => document.querySelectorAll("form[data-compose]").forEach(prepare);
document.addEventListener("htmx:after:swap", all);
all();
