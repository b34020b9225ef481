// Pictures from the camera and the gallery, and the voice.
const LONGEST_SIDE = 2000; // pixels
const LARGE = 1.5 * 1024 * 1024; // bytes; smaller pictures go as they are, unless the camera took them
const LONGEST_VOICE = 300; // seconds
const VOICE_RATE = 32000; // bits per second
const VOICES = [["audio/webm;codecs=opus", "weba"], ["audio/ogg;codecs=opus", "ogg"], ["audio/mp4", "m4a"]];

// Asks for files; resolves with a list of {name, type, blob}, empty where the person changed their mind.
export function pick({ accept, capture = false, many = false }) {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", accept, multiple: many, hidden: true });
    if (capture) input.setAttribute("capture", "environment");
    const done = (files) => { input.remove(); resolve(files); };
    input.addEventListener("change", async () => done(await Promise.all([...input.files].map((file) => prepared(file, capture)))));
    input.addEventListener("cancel", () => done([]));
    document.body.append(input);
    input.click();
  });
}

// A camera's picture is made smaller; with that its place and time of day (EXIF) go too.
export async function prepared(file, always = false) {
  const given = { name: file.name || "file", type: file.type, blob: file };
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || (!always && file.size < LARGE)) return given;
  try {
    const picture = await loaded(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await asBlob(canvas, "image/jpeg", 0.85);
    return blob && (always || blob.size < file.size) ? { name: given.name.replace(/\.\w+$/, "") + ".jpg", type: "image/jpeg", blob } : given;
  } catch (error) {
    return given; // not a picture that this browser can read: the desk gets it as it is
  }
}

export function loaded(blob) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    const url = URL.createObjectURL(blob);
    picture.onload = () => { URL.revokeObjectURL(url); resolve(picture); };
    picture.onerror = () => { URL.revokeObjectURL(url); reject(new Error("no picture")); };
    picture.src = url;
  });
}

export const asBlob = (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality));

export const canSpeak = () => Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

// Begins to record; gives {stop() → {name, type, blob, seconds}, cancel()}. Throws where the person refused.
export async function record(name, tick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [type, extension] = VOICES.find(([each]) => MediaRecorder.isTypeSupported(each)) || ["", "webm"];
  const recorder = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: VOICE_RATE });
  const pieces = [], since = Date.now();
  recorder.ondataavailable = (event) => event.data.size && pieces.push(event.data);
  const seconds = () => Math.round((Date.now() - since) / 1000);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  const timer = setInterval(() => { tick(seconds()); if (seconds() >= LONGEST_VOICE && recorder.state === "recording") recorder.stop(); }, 500);
  const end = async () => {
    if (recorder.state !== "inactive") recorder.stop();
    await ended;
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
  };
  recorder.start(1000);
  return {
    cancel: end,
    stop: async () => {
      const length = seconds();
      await end();
      const plain = (type || recorder.mimeType).split(";")[0];
      return { name: `${name}.${extension}`, type: plain, blob: new Blob(pieces, { type: plain }), seconds: length };
    },
  };
}

export const isPicture = (file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type);
export const isVoice = (file) => /^audio\//.test(file.type) || /\.(weba|ogg|oga|m4a|mp3|wav)$/i.test(file.name);
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
