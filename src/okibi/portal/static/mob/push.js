// Answers that ring when the application is closed (Web Push), where the desk has it switched on.
import { call } from "./api.js";

// "off": the desk or the browser has no pushes; "denied": the person forbade them; else "yes" or "no".
export async function pushState() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return "off";
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return "off";
  const { key } = await call("/push-key");
  if (!key) return "off";
  if (Notification.permission === "denied") return "denied";
  return (await registration.pushManager.getSubscription()) ? "yes" : "no";
}

export async function subscribe() {
  const { key } = await call("/push-key");
  if ((await Notification.requestPermission()) !== "granted") return false;
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { endpoint, keys } = subscription.toJSON();
  await call("/device/push", { method: "PUT", body: { endpoint, keys } });
  return true;
}

export async function unsubscribe() {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = registration && (await registration.pushManager.getSubscription());
  if (subscription) await subscription.unsubscribe();
  await call("/device/push", { method: "DELETE" });
}

export function bytesOf(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function badge(unread) {
  if (!navigator.setAppBadge) return;
  (unread ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}
