// Marks on a picture before it is sent: a frame, an arrow, and what must not be seen is covered for good.
import { el, icon } from "../dom.js";
import { asBlob, loaded } from "../media.js";
import { t } from "../words.js";

const TOOLS = [["cover", "eye-off"], ["frame", "frame"], ["arrow", "arrow-up"]];
const BLOCKS = 12; // squares along the shorter side of what is covered: nothing can be read out of them

// Resolves with the marked file, or null where nothing was changed.
export async function markPicture(file) {
  let picture;
  try {
    picture = await loaded(file.blob);
  } catch (error) {
    return null;
  }
  return new Promise((resolve) => {
    const canvas = el("canvas", { role: "img", "aria-label": t("picture") });
    canvas.width = picture.width;
    canvas.height = picture.height;
    const marks = [];
    let tool = "cover", from = null, to = null;
    const show = () => { draw(canvas, picture, marks); if (from && to) mark(canvas, { tool, from, to }); };
    const close = async (keepIt) => {
      sheet.remove();
      if (!keepIt || !marks.length) return resolve(null);
      draw(canvas, picture, marks);
      const type = file.type === "image/png" ? "image/png" : "image/jpeg";
      return resolve({ ...file, type, blob: await asBlob(canvas, type, 0.85) });
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    canvas.addEventListener("pointerdown", (event) => { from = at(event); to = null; canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => { if (from) { to = at(event); show(); } });
    canvas.addEventListener("pointerup", () => {
      if (from && to && Math.hypot(to[0] - from[0], to[1] - from[1]) > 8) marks.push({ tool, from, to });
      from = to = null;
      show();
    });
    const buttons = TOOLS.map(([name, symbol]) => el("button", { "aria-pressed": String(name === tool), onclick: (event) => {
      tool = name;
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === event.currentTarget)));
    } }, icon(symbol, name === "arrow" ? "l turned" : "l"), el("span", {}, t(`mark_${name}`))));
    const sheet = el("div.marking", { role: "dialog", "aria-modal": "true", "aria-label": t("mark_picture"), onkeydown: (event) => event.key === "Escape" && close(false) },
      el("div.bar", {}, el("button.round", { "aria-label": t("close"), onclick: () => close(false) }, icon("x")), el("b", {}, t("mark_hint")),
        el("button.link", { onclick: () => { marks.pop(); show(); } }, t("undo"))),
      el("div.table", {}, canvas),
      el("div.foot", {}, el("div.adders", {}, buttons), el("button.main", { onclick: () => close(true) }, t("done"))));
    document.body.append(sheet);
    show();
    buttons[0].focus();
  });
}

function draw(canvas, picture, marks) {
  canvas.getContext("2d").drawImage(picture, 0, 0);
  marks.forEach((each) => mark(canvas, each));
}

function mark(canvas, { tool, from, to }) {
  const pen = canvas.getContext("2d");
  const [x, y] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
  const [wide, high] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  const line = Math.max(3, canvas.width / 160);
  pen.strokeStyle = pen.fillStyle = getComputedStyle(canvas).color;
  Object.assign(pen, { lineWidth: line, lineCap: "round", lineJoin: "round" });
  if (tool === "cover") cover(pen, x, y, wide, high);
  else if (tool === "frame") pen.strokeRect(x, y, wide, high);
  else arrow(pen, from, to, line);
}

// Each square takes the mean of its place: coarse enough that letters are gone for good.
function cover(pen, x, y, wide, high) {
  if (wide < 1 || high < 1) return;
  const step = Math.max(8, Math.min(wide, high) / (Math.min(wide, high) > 200 ? BLOCKS : 2));
  const small = document.createElement("canvas");
  small.width = Math.max(1, Math.round(wide / step));
  small.height = Math.max(1, Math.round(high / step));
  small.getContext("2d").drawImage(pen.canvas, x, y, wide, high, 0, 0, small.width, small.height);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, 0, small.width, small.height, x, y, wide, high);
  pen.imageSmoothingEnabled = true;
}

function arrow(pen, from, to, line) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]), head = line * 5;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  for (const side of [-0.5, 0.5]) {
    pen.moveTo(...to);
    pen.lineTo(to[0] - head * Math.cos(angle + side), to[1] - head * Math.sin(angle + side));
  }
  pen.stroke();
}
