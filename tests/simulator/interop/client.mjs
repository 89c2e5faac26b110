import channel from "node:diagnostics_channel";
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// An independent client library against the simulator: node client.mjs cometd|cometd+ack|faye URL CONTEXT-JSON NODE_MODULES
// Prints one JSON line when a value and both service states came, and ends.
const [library, url, context, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { headers, statistics } = JSON.parse(context);
const ROOT = "/statistics/v3";
let cookies = {};
channel.subscribe("http.client.response.finish", ({ response }) => {
  for (const one of response.headers["set-cookie"] || []) {
    const [name, value] = one.split(";")[0].split("=");
    cookies[name] = value;
  }
});

function rest(method, path, cookie, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, {
      method, headers: { ...headers, "Content-Type": "application/json", Cookie: cookie },
    }, (response) => {
      let text = "";
      response.on("data", (part) => { text += part; });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
}

const seen = { updates: 0, states: [], acknowledged: false };
let finish;
function hear(name, data) {
  if (name === "updates") seen.updates += data.data.statistics.length;
  else seen.states.push(data.data.serviceState);
  if (seen.updates && seen.states.length === 2) finish();
}
function open(cookie) {
  return rest("POST", `${ROOT}/subscriptions?verbose=INFO`, cookie,
    { operationId: "interop", data: { statistics } });
}
function outage() {
  return rest("POST", "/simulator/v1/faults", "", { kind: "outage", seconds: 0.2 });
}
async function afterValue(cookie) {
  const answer = await open(cookie);
  const wait = setInterval(() => {
    if (seen.updates) { clearInterval(wait); outage(); }
  }, 10);
  return answer.data.statistics.length;
}

async function withCometd() {
  (await load("cometd-nodejs-client")).adapt();
  console.debug = () => {};
  const { CometD } = await load("cometd");
  const cometd = new CometD();
  cometd.configure({ url: `${url}${ROOT}/notifications`, requestHeaders: headers });
  cometd.unregisterTransport("websocket");
  if (library === "cometd+ack") {
    const { AckExtension } = await load("cometd/AckExtension.js");
    cometd.registerExtension("ack", new AckExtension());
  }
  const handshake = await new Promise((resolve) => cometd.handshake({}, resolve));
  if (!handshake.successful) throw new Error(JSON.stringify(handshake));
  cometd.addListener("/meta/connect", ({ ext }) => {
    if (ext && ext.ack > 1) seen.acknowledged = true;
  });
  for (const name of ["service", "updates"]) {
    await new Promise((resolve) => cometd.subscribe(
      `${ROOT}/${name}`, (message) => hear(name, message.data), resolve));
  }
  return () => new Promise((resolve) => cometd.disconnect(resolve));
}

async function withFaye() {
  const faye = (await load("faye")).default;
  const client = new faye.Client(`${url}${ROOT}/notifications`);
  for (const [name, value] of Object.entries(headers)) client.setHeader(name, value);
  client.disable("websocket");
  for (const name of ["service", "updates"]) {
    await client.subscribe(`${ROOT}/${name}`, (data) => hear(name, data));
  }
  return () => client.disconnect();
}

(async () => {
  const done = new Promise((resolve) => { finish = resolve; });
  const leave = await (library === "faye" ? withFaye() : withCometd());
  seen.opened = await afterValue(`STATISTICS_SESSIONID=${cookies.STATISTICS_SESSIONID}`);
  await done;
  await leave();
  console.log(JSON.stringify(seen));
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
