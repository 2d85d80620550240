// The seal: after `rrgscoreSeal.close()` this document and every worker that it starts can reach
// nothing, not even its own site, until it is loaded anew. Runs before every other script.
//
// Two things make it. A second content security policy, inserted when all that the page needs has
// come, ends everything that a policy governs. What no policy governs (WebRTC, windows, leaving the
// page) is taken away here, from the first moment, because the page uses none of it.
// docs/security.md says against what this helps and against what not.
"use strict";
(() => {
  /** What stays allowed: workers from blobs, WebAssembly, pictures that are drawn here. */
  const POLICY =
    "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src blob:; img-src data:; " +
    "base-uri 'none'; form-action 'none'";

  /** Elements that load something, hold a document whose window would have what is taken away here, or move a link. */
  const LOADING = new Set(
    "animate base embed fencedframe form frame frameset iframe link meta object portal script set".split(" "),
  );

  /** When it was closed: for people, and on the clock of resource timing. */
  let closed = null;
  /** What of the site itself is still under way and holds it open. */
  let held = 0;
  /** Addresses that the browser lists as asked for since, and those that the policy stopped. */
  const asked = [];
  const barred = new Set();
  /** How many attempts were stopped, by what they were. */
  const stopped = {};

  const stop = (what) => {
    stopped[what] = (stopped[what] ?? 0) + 1;
    show();
  };
  const refuse = (what) => {
    stop(what);
    throw new DOMException(`${what} is closed: nothing leaves this page`, "SecurityError");
  };

  /** Puts a value where no later script can put another. */
  const fix = (owner, key, value) =>
    Object.defineProperty(owner, key, { value, writable: false, configurable: false });
  /** Takes functions and constructors away. */
  const takeAway = (owner, ...keys) => {
    for (const key of keys) {
      if (owner && key in owner) fix(owner, key, function () { refuse(key); });
    }
  };
  /** Looks at a method's receiver and arguments first. */
  const guard = (owner, key, look) => {
    const original = owner[key];
    fix(owner, key, function (...given) {
      look(this, given);
      return Reflect.apply(original, this, given);
    });
  };
  /** Looks at the receiver before a property is set. */
  const guardSet = (owner, key, look) => {
    const found = owner && Object.getOwnPropertyDescriptor(owner, key);
    if (!found?.set) return;
    const set = function (value) {
      look(this);
      Reflect.apply(found.set, this, [value]);
    };
    Object.defineProperty(owner, key, { ...found, set, configurable: false });
  };
  const freeze = (owner, key) => guardSet(owner, key, () => refuse(key));

  // Connections, windows, and what other programs of the browser would ask for.
  takeAway(window, "RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "WebSocket", "EventSource");
  takeAway(window, "XMLHttpRequest", "SharedWorker", "open", "PaymentRequest", "PresentationRequest");
  takeAway(Navigator.prototype, "sendBeacon", "share", "registerProtocolHandler");
  takeAway(window.DocumentPictureInPicture?.prototype, "requestWindow");
  takeAway(window.PushManager?.prototype, "subscribe");
  takeAway(window.BackgroundFetchManager?.prototype, "fetch");
  // The site would read it at the next visit.
  freeze(Document.prototype, "cookie");
  takeAway(window.CookieStore?.prototype, "set");

  // No request and no worker of before outlives the closing.
  const { fetch, Worker } = window;
  const ending = new AbortController();
  fix(window, "fetch", async (what, how) => {
    if (closed) refuse("fetch");
    return Reflect.apply(fetch, window, [what, { ...how, signal: ending.signal }]);
  });
  const workers = new Set();
  const startWorker = function (...given) {
    const worker = Reflect.construct(Worker, given, new.target);
    if (!closed) workers.add(worker);
    return worker;
  };
  startWorker.prototype = Worker.prototype;
  fix(Worker.prototype, "constructor", startWorker);
  fix(window, "Worker", startWorker);

  // Elements that load, however they are made.
  const createElement = Document.prototype.createElement;
  const element = (at) => (_, given) => {
    given[at] = `${given[at]}`;
    const name = given[at].toLowerCase().replace(/^.*:/s, "");
    if (LOADING.has(name)) refuse(name);
  };
  guard(Document.prototype, "createElement", element(0));
  guard(Document.prototype, "createElementNS", element(1));
  takeAway(DOMImplementation.prototype, "createDocument");
  takeAway(CustomElementRegistry.prototype, "define");
  for (const owner of [Element.prototype, window.ShadowRoot?.prototype, Document, Document.prototype]) {
    for (const [key, { set }] of Object.entries(Object.getOwnPropertyDescriptors(owner ?? {}))) {
      if (/HTML/.test(key) && key !== "getHTML") (set ? freeze : takeAway)(owner, key);
    }
  }
  takeAway(Document.prototype, "write", "writeln", "open", "execCommand");
  takeAway(Range.prototype, "createContextualFragment");
  takeAway(Element.prototype, "attachShadow");
  takeAway(window, "DOMParser", "XSLTProcessor");
  // The same once more by the browser, where it can: of all that a text can become, a worker's blob,
  // and before the closing the worker that keeps this site for offline use.
  const isOurs = (address) => address.startsWith("blob:") || (address === "sw.js" && !closed);
  window.trustedTypes?.createPolicy("default", {
    createScriptURL: (address) => (isOurs(address) ? address : refuse("worker")),
  });

  // Those that are there already become no others.
  const keep = (node) => {
    if (closed && (node instanceof HTMLLinkElement || node instanceof HTMLMetaElement)) refuse("link");
  };
  const setters = ["setAttribute", "setAttributeNS", "setAttributeNode", "setAttributeNodeNS", "toggleAttribute"];
  for (const key of setters) guard(Element.prototype, key, keep);
  takeAway(HTMLLinkElement.prototype, "relList");
  for (const owner of [HTMLLinkElement.prototype, HTMLMetaElement.prototype]) {
    for (const key of Object.getOwnPropertyNames(owner)) guardSet(owner, key, keep);
  }
  takeAway(NamedNodeMap.prototype, "setNamedItem", "setNamedItemNS");
  const keepOwner = (node) => keep(node instanceof Attr ? node.ownerElement : null);
  guardSet(Attr.prototype, "value", keepOwner);
  guardSet(Node.prototype, "nodeValue", keepOwner);
  guardSet(Node.prototype, "textContent", keepOwner);

  // Links lead to another view of this page, or to a file that it has made.
  const leadsAway = (node) => {
    for (let at = node; at instanceof Element; at = at.parentNode) {
      const address = at.getAttribute("href") ?? at.getAttributeNS("http://www.w3.org/1999/xlink", "href");
      if (address !== null && (!/^(#|blob:)/.test(address) || at.hasAttribute("target"))) return true;
    }
    return false;
  };
  const stay = (node) => {
    if (leadsAway(node)) refuse("link");
  };
  guard(HTMLElement.prototype, "click", stay);
  guard(EventTarget.prototype, "dispatchEvent", stay);
  const clicked = (event) => {
    if (!event.composedPath().some(leadsAway)) return;
    event.preventDefault();
    stop("link");
  };
  for (const kind of ["click", "auxclick"]) addEventListener(kind, clicked, true);

  // Every other way to leave the page. To load it anew under its own address says nothing.
  const bare = (address) => address.split("#")[0];
  const here = bare(location.href);
  window.navigation?.addEventListener("navigate", (event) => {
    const { destination, navigationType: type, downloadRequest } = event;
    const isFile = downloadRequest !== null && destination.url.startsWith("blob:");
    const isAnew = type === "reload" && bare(destination.url) === here;
    if (isFile || isAnew || destination.sameDocument || type === "traverse") return;
    event.preventDefault();
    stop("navigation");
  });

  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    barred.add(blockedURI);
    stop(effectiveDirective);
  });
  const requests = () => asked.filter((address) => !barred.has(address)).length;
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (closed && startTime >= closed.clock && !/^(blob|data):/.test(name)) asked.push(name);
    }
    show();
  }).observe({ type: "resource" });

  /** One line above the page. */
  function show() {
    const line = document.getElementById("seal");
    if (!line || !closed) return;
    const time = closed.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const many = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
    const parts = [`Sealed since ${time}`, `${many(requests(), "request")} since`];
    const tried = Object.values(stopped).reduce((sum, one) => sum + one, 0);
    if (tried > 0) parts.push(`${many(tried, "attempt")} stopped`);
    line.textContent = `${parts.join(", ")}. Pull the network cable if you like: all goes on.`;
    line.classList.add("is-closed");
  }

  /** Styles stay without the elements that loaded them, and so does the icon, whose address is its content. */
  function dropLinks() {
    document.adoptedStyleSheets = [...document.styleSheets].map(({ cssRules }) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync([...cssRules].map((rule) => rule.cssText).join("\n"));
      return sheet;
    });
    for (const link of document.querySelectorAll("link:not([rel=icon])")) link.remove();
  }

  const seal = {
    /** Closes the seal for as long as this document lives; whether it is closed, which what holds it open defers. */
    close() {
      if (closed || held > 0) return closed !== null;
      dropLinks();
      const policy = Reflect.apply(createElement, document, ["meta"]);
      policy.httpEquiv = "Content-Security-Policy";
      policy.content = POLICY;
      document.head.append(policy);
      for (const worker of workers) worker.terminate();
      ending.abort();
      takeAway(window.ServiceWorkerContainer?.prototype, "register");
      takeAway(window.ServiceWorkerRegistration?.prototype, "update", "unregister");
      takeAway(window.ServiceWorker?.prototype, "postMessage");
      closed = { at: new Date(), clock: performance.now() };
      show();
      dispatchEvent(new Event("sealed"));
      return true;
    },
    /** Keeps it open until something that needs the network is over. */
    hold(until) {
      held += 1;
      until.finally(() => { held -= 1; });
    },
    /** What the line says: `{ closed, requests, stopped }`. */
    report: () => ({ closed: closed !== null, requests: requests(), stopped: { ...stopped } }),
  };
  fix(window, "rrgscoreSeal", Object.freeze(seal));
})();
