// What this telephone is, as the desk judges it. Nothing that a browser does not tell every site; all of it is shown, and
// each line can be kept back.
import { kept } from "./store.js";

const PLACES = {
  system: ["system"], model: ["app", "model"], browser: ["app", "browser"], screen: ["app", "screen"], memory: ["memory_mb"],
  language: ["locale"], connection: ["app", "connection"], installed: ["app", "installed"],
};

// The report without the lines of these names.
export function without(report, names) {
  const left = JSON.parse(JSON.stringify(report));
  for (const name of names) {
    const [first, second] = PLACES[name] || [];
    if (second && left[first]) delete left[first][second];
    else if (first && !second) delete left[first];
  }
  return left;
}

export async function environment() {
  const told = await hints();
  const system = systemOf(navigator.userAgent, told);
  return {
    system,
    ...(navigator.deviceMemory ? { memory_mb: navigator.deviceMemory * 1024 } : {}),
    locale: navigator.language,
    app: {
      browser: browserOf(navigator.userAgent),
      screen: `${screen.width}×${screen.height}`,
      installed: matchMedia("(display-mode: standalone)").matches,
      ...(told.model ? { model: told.model } : {}),
      ...(navigator.connection && navigator.connection.effectiveType ? { connection: navigator.connection.effectiveType } : {}),
    },
  };
}

async function hints() {
  if (!navigator.userAgentData) return {};
  try {
    return await navigator.userAgentData.getHighEntropyValues(["platformVersion", "model", "architecture"]);
  } catch (error) {
    return {}; // the browser keeps it to itself
  }
}

// The system by the client hints, else by the User-Agent text. "Android 10; K" is what newer browsers say of every
// Android whatever: then the version is not known, and nothing is claimed.
export function systemOf(agent, told = {}) {
  const family = /android/i.test(agent) ? "android" : /windows/i.test(agent) ? "windows" : /iphone|ipad/i.test(agent) ? "ios" : /mac os/i.test(agent) ? "macos" : "linux";
  if (family !== "android") return { family };
  const said = /Android (\d+(?:\.\d+)*)/.exec(agent);
  const frozen = /Android 10; K\)/.test(agent);
  const version = told.platformVersion || (said && !frozen ? said[1] : "");
  const short = version.replace(/(\.0)+$/, "");
  return short ? { family, name: "Android", version: short } : { family, name: "Android" };
}

export function browserOf(agent) {
  const found = /(YaBrowser|SamsungBrowser|Firefox|EdgA|OPR|Chrome)\/(\d+)/.exec(agent.replace(/Chrome(?=.*(YaBrowser|SamsungBrowser|EdgA|OPR))/, ""));
  return found ? `${found[1]} ${found[2]}` : "";
}

// The name under which the telephone stands in the portal and at the desk.
export function deviceName(agent, model = "") {
  const said = model || (/Android [\d.]+; ([^;)]+?)(?: Build|\))/.exec(agent) || [])[1] || "";
  return said && said !== "K" ? said : "";
}

export async function aboutDevice(product, version) {
  const report = await environment();
  const name = deviceName(navigator.userAgent, report.app.model);
  return { kind: "mobile", name, product, version, environment: without(report, (await kept("kept_back")) || []) };
}
