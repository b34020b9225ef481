// Resumable uploads (tus.io 1.0) in pieces that fit the line: what arrived before it broke is not sent again.
import { Problem, call } from "./api.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const FIRST_PIECE = 128 * 1024; // bytes
const LARGEST_PIECE = 4 * 1024 * 1024;
const SMALLEST_PIECE = 32 * 1024;

// file: {key, name, type, blob, upload}; note(file) keeps what changed, told(bytes) hears how much is there.
export async function sendFile(file, note, told) {
  let offset = 0;
  if (file.upload) {
    offset = await arrived(file);
    if (offset === null) { // expired: begin again, under another key
      file.upload = "";
      file.key = `${file.key.slice(0, 60)}+`;
      await note(file);
    }
  }
  if (!file.upload) {
    file.upload = await begun(file);
    offset = 0;
    await note(file);
  }
  let size = FIRST_PIECE;
  told(offset);
  while (offset < file.blob.size) {
    const since = Date.now();
    try {
      offset = await piece(file, offset, size);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 409) throw problem;
      offset = await arrived(file); // more or less arrived than we knew
      if (offset === null) throw new Problem(503, null, 1);
    }
    told(offset);
    const took = Date.now() - since;
    if (took < 1000) size = Math.min(size * 2, LARGEST_PIECE);
    else if (took > 5000) size = Math.max(size / 2, SMALLEST_PIECE);
  }
}

async function begun(file) {
  const metadata = `filename ${base64(file.name)},filetype ${base64(file.type || "application/octet-stream")}`;
  const headers = { ...TUS, "Upload-Length": String(file.blob.size), "Upload-Metadata": metadata };
  const response = await call("/uploads", { method: "POST", headers, key: file.key, raw: true });
  return response.headers.get("Location").split("/").pop();
}

// How many bytes are there; null where the upload is gone.
async function arrived(file) {
  try {
    const response = await call(`/uploads/${file.upload}`, { method: "HEAD", headers: TUS, raw: true });
    return Number(response.headers.get("Upload-Offset"));
  } catch (problem) {
    if (problem instanceof Problem && (problem.status === 404 || problem.status === 410)) return null;
    throw problem;
  }
}

async function piece(file, offset, size) {
  const bytes = file.blob.slice(offset, Math.min(offset + size, file.blob.size));
  const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const response = await call(`/uploads/${file.upload}`, { method: "PATCH", headers, bytes, raw: true });
  return Number(response.headers.get("Upload-Offset"));
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
