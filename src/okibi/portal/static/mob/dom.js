// Elements without markup: text stays text, so nothing that anybody wrote can become code.
const SVG = "http://www.w3.org/2000/svg";

// el("button.send", {onclick, "aria-label": …, hidden}, children…); children: elements, texts, null, lists.
export function el(what, given = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  if ("value" in given) node.value = given.value;
  if (tag === "button" && !given.type) node.type = "button";
  put(node, children);
  return node;
}

export function put(node, children) {
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function fill(node, ...children) {
  node.textContent = "";
  return put(node, children);
}

export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

// What somebody wrote, its addresses as links.
export function prose(text) {
  const parts = text.split(/(https?:\/\/[^\s<>«»"]+[^\s<>«»".,;:!?)\]])/);
  return parts.map((part, index) => (index % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}

export function size(bytes, units) {
  if (bytes < 1024) return `${bytes} ${units[0]}`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} ${units[1]}`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".0", "")} ${units[2]}`;
}

// A question that waits for an answer; gives whether it was yes.
export function ask(text, yes, no) {
  return new Promise((resolve) => {
    const close = (answer) => { sheet.remove(); document.body.classList.remove("asked"); resolve(answer); };
    const sheet = el("div.veil", { onclick: (event) => event.target === sheet && close(false) },
      el("div.sheet", { role: "dialog", "aria-modal": "true", "aria-label": text, onkeydown: (event) => event.key === "Escape" && close(false) },
        el("p", {}, text),
        el("button.main", { onclick: () => close(true) }, yes),
        el("button.quiet", { onclick: () => close(false) }, no)));
    document.body.append(sheet);
    document.body.classList.add("asked");
    sheet.querySelector("button").focus();
  });
}
