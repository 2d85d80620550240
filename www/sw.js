// Serves one release of the site without a network, on the page's request only. What is served changes
// when the user asks for it and at no other time: neither this file nor a newer one on the host touches
// the files that are kept, because a version that a hospital has validated must stay the one it uses.
const scope = self.registration.scope;
// Several sites may lie below one origin; each has names of its own.
const named = (part) => `rrgscore ${scope} ${part}`;
const STATE = named("state");
const LIST = new URL("offline.json", scope).href;

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The release that is kept, as `{ build, files }`. */
async function kept() {
  const list = await (await caches.open(STATE)).match(LIST);
  return list?.json();
}

/** The release that the host has now. */
async function offered() {
  const response = await fetch(LIST, { cache: "no-store" });
  if (!response.ok) throw new Error(`the list of files is not to be had (${response.status})`);
  return response.json();
}

/** Keeps a release in place of the one before: only once each of its files is there as it was built. */
async function keep(list, tell) {
  const cache = await caches.open(named(list.build));
  const of = list.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  try {
    for (const { name, sha256, bytes } of list.files) {
      const url = new URL(name, scope).href;
      const response = await fetch(`${url}?v=${list.build}`, { cache: "no-cache" });
      if (!response.ok) throw new Error(`${name} is not to be had (${response.status})`);
      const body = await response.arrayBuffer();
      if (hex(await crypto.subtle.digest("SHA-256", body)) !== sha256) {
        throw new Error(`${name} is not the file that was built`);
      }
      const type = response.headers.get("content-type") ?? "application/octet-stream";
      await cache.put(url, new Response(body, { headers: { "content-type": type } }));
      done += bytes;
      tell({ done, of });
    }
  } catch (error) {
    if ((await kept())?.build !== list.build) await caches.delete(named(list.build));
    throw error;
  }
  await (await caches.open(STATE)).put(LIST, new Response(JSON.stringify(list)));
  await forget(list.build);
}

/** Deletes the releases of this site but one; all, and that there was one, where none is named. */
async function forget(but) {
  const all = (await caches.keys()).filter((name) => name.startsWith(named("")));
  const left = but ? [STATE, named(but)] : [];
  await Promise.all(all.filter((name) => !left.includes(name)).map((name) => caches.delete(name)));
}

async function answer(request) {
  const url = new URL(request.url);
  const list = await kept();
  if (!list) return fetch(request);
  url.search = "";
  url.hash = "";
  if (url.href === scope) url.href = new URL("index.html", scope).href;
  const name = url.href.slice(scope.length);
  if (!list.files.some((file) => file.name === name)) return fetch(request);
  // A file of another release in place of a lost one would be a mixture of two.
  return (await (await caches.open(named(list.build))).match(url.href)) ?? Response.error();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(scope)) event.respondWith(answer(event.request));
});

/** What the page asks for; each is answered through the port that comes with it. */
const ASKED = {
  offered: async () => ({ build: (await offered()).build }),
  keep: async (tell) => {
    const list = await offered();
    await keep(list, tell);
    return { build: list.build };
  },
  forget: async () => {
    await forget();
    return {};
  },
};

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const asked = Object.hasOwn(ASKED, event.data) ? ASKED[event.data] : undefined;
  if (!port || !asked) return;
  const tell = (part) => port.postMessage(part);
  const answered = asked(tell).then(
    (found) => tell({ over: true, ...found }),
    (error) => tell({ over: true, failed: error.message }),
  );
  event.waitUntil(answered);
});
