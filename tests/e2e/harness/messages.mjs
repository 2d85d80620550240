// Records what reaches the page's thread by message, whoever sends it.

/** Records, from before the page's own scripts: the option `init` of openSite. */
export const recordMessages = () => {
  window.recordedMessages = [];
  window.startedWorkers = [];
  const texts = (value, depth = 0) => {
    if (typeof value === "string") return [value];
    if (value instanceof ArrayBuffer) return [new TextDecoder("latin1").decode(value)];
    if (value === null || typeof value !== "object" || depth > 4) return [];
    return Object.values(value).flatMap((inner) => texts(inner, depth + 1));
  };
  const note = (event) => window.recordedMessages.push(texts(event.data).join("\n"));
  window.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      this.addEventListener("message", note);
      window.startedWorkers.push({ name: options?.name, worker: this });
    }
  };
  window.addEventListener("message", note);
  // The page makes ports and should listen at none: what comes through one would be its to read.
  const listen = MessagePort.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (kind, ...rest) {
    if (kind === "message") listen.call(this, "message", note);
    return listen.call(this, kind, ...rest);
  };
  const { set, get } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    get,
    set(listener) {
      if (listener) listen.call(this, "message", note);
      set.call(this, listener);
    },
  });
};

/** What has reached the page's thread since the last call, a text per message. */
export async function recordedMessages(page) {
  return page.evaluate(() => window.recordedMessages.splice(0));
}

/** Lets the newest worker of that name panic: it is sent a role that it does not know. */
export async function makePanic(page, name) {
  await page.evaluate((wanted) => {
    const { worker } = window.startedWorkers.findLast((started) => started.name === wanted);
    worker.postMessage({ role: "poet" });
  }, name);
}

/** The names of all workers that were started, in their order. */
export async function startedWorkers(page) {
  return page.evaluate(() => window.startedWorkers.map(({ name }) => name));
}
