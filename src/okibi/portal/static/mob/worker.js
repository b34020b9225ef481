// The service worker's own part. Before it stand store, api, tus and outbox, and SHELL {version, page, files}.
const CACHE = `okibi-mob-${SHELL.version}`;
const SAID = {
  ru: { title: "Ответ по заявке", body: "Откройте, чтобы прочитать." },
  en: { title: "An answer to request", body: "Open it to read." },
};

self.addEventListener("install", (event) => event.waitUntil(fetchShell()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data && event.data.kind === "take over") self.skipWaiting();
});
self.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(sendOrRepeat());
});
self.addEventListener("push", (event) => event.waitUntil(ring(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.method === "POST" && url.pathname === `${SHELL.page}share`) event.respondWith(takeShared(event.request));
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && url.pathname.startsWith(SHELL.page)) event.respondWith(fromShell(SHELL.page, event.request));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(fromShell(url.pathname, event.request));
});

// Whole or not at all: a shell of two versions would be none.
async function fetchShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL.page, ...SHELL.files].map((url) => new Request(url, { cache: "no-cache" })));
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("okibi-mob-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromShell(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) || fetch(request);
}

async function sendOrRepeat() {
  if (await sendOut({ now: true })) throw new Error("still waiting"); // the browser tries again later
}

// "Share a screenshot to support": the files wait in the store, the page takes them into a new request.
async function takeShared(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((file) => file && file.size);
  const words = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean);
  await keep("shared", { text: words.join("\n"), files: files.map((file) => ({ name: file.name, type: file.type, blob: file })) });
  return Response.redirect(`${SHELL.page}new`, 303);
}

async function ring(event) {
  let number = "";
  try {
    number = String(event.data.json().number || "");
  } catch (error) {
    return;
  }
  const said = SAID[await kept("language")] || SAID.ru;
  const badge = SHELL.files.find((name) => name.includes("badge-96"));
  const url = `${SHELL.page}r/${encodeURIComponent(number)}`;
  tellAll({ kind: "requests", number });
  if (self.navigator.setAppBadge) self.navigator.setAppBadge().catch(() => {});
  await self.registration.showNotification(`${said.title} ${number}`, { body: said.body, tag: number, renotify: true, badge, icon: badge, data: { url } });
}

async function show(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((client) => new URL(client.url).pathname.startsWith(SHELL.page));
  if (!open) return self.clients.openWindow(url);
  open.postMessage({ kind: "open", url });
  return open.focus();
}

// The browser changed the subscription by itself: the desk is told, or answers would ring nowhere.
async function renew(event) {
  const fresh = event.newSubscription || (event.oldSubscription && (await self.registration.pushManager.subscribe(event.oldSubscription.options)));
  if (!fresh) return;
  const { endpoint, keys } = fresh.toJSON();
  await call("/device/push", { method: "PUT", body: { endpoint, keys } });
}
