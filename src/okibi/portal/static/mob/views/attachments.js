// The files of what is being written: added, looked at, marked, left out; and the voice while it is recorded.
import { el, fill, icon } from "../dom.js";
import { toast } from "../frame.js";
import { clock, record } from "../media.js";
import { t } from "../words.js";
import { draftFile } from "./parts.js";
import { markPicture } from "./mark.js";

const LARGEST = 200 * 1024 * 1024; // bytes of one file, as the desk takes them
const MOST = 20;

export class Attachments {
  constructor(files, changed) {
    this.files = files;
    this.changed = changed;
    this.node = el("ul.files", { "aria-label": t("files"), "aria-live": "polite" });
    this.recording = null;
    this.draw();
  }

  add(files) {
    const fit = files.filter((file) => file.blob.size <= LARGEST);
    if (fit.length < files.length) toast(t("too_large"));
    this.files = this.files.concat(fit).slice(0, MOST);
    if (!fit.length) return;
    this.draw();
    this.changed();
  }

  drop(file) {
    this.files = this.files.filter((each) => each !== file);
    this.draw();
    this.changed();
  }

  async mark(file) {
    const marked = await markPicture(file);
    if (!marked) return;
    this.files = this.files.map((each) => (each === file ? marked : each));
    this.draw();
    this.changed();
  }

  draw() {
    this.leave();
    const acts = { drop: (file) => this.drop(file), mark: (file) => this.mark(file) };
    fill(this.node, this.files.map((file) => draftFile(file, acts)));
    this.node.hidden = !this.files.length;
  }

  leave() {
    [...this.node.children].forEach((child) => child.leave && child.leave());
  }

  // "Say it": the button becomes a clock; a second tap ends the message.
  speakButton(button) {
    this.speaker = button("mic", "speak", () => this.speak());
    return this.speaker;
  }

  async speak() {
    if (this.recording) return this.stop();
    const words = this.speaker.querySelector("span");
    try {
      this.recording = record(t("voice_file"), (seconds) => { words.textContent = t("stop_at", { time: clock(seconds) }); });
      await this.recording;
      this.speaker.classList.add("on");
      this.speaker.setAttribute("aria-pressed", "true");
      words.textContent = t("stop_at", { time: "0:00" });
    } catch (error) {
      this.recording = null;
      toast(t("no_microphone"));
    }
    return undefined;
  }

  async stop() {
    const recording = this.recording;
    this.recording = null;
    this.speaker.classList.remove("on");
    this.speaker.removeAttribute("aria-pressed");
    this.speaker.querySelector("span").textContent = t("speak");
    try {
      const voice = await (await recording).stop();
      if (voice.blob.size) this.add([voice]);
    } catch (error) { /* it never began: that was said already */ }
  }

  // Everything that is to go; a voice message that still runs is ended first.
  async done() {
    if (this.recording) await this.stop();
    return this.files;
  }
}

export const attachButton = (act) => el("button.round", { "aria-label": t("attach"), onclick: act }, icon("paperclip", "l"));
