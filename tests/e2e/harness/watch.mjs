// Records what a page says and whom it calls.
import assert from "node:assert/strict";

/**
 * Watches a browser context: requests of pages and workers, web sockets, console, errors,
 * crashes, and attempts that the content security policy stopped (they show in the console).
 */
export class Watch {
  constructor(context) {
    /** Every request as { method, url, body }. */
    this.requests = [];
    /** Warnings, errors and crashes, one line each. */
    this.complaints = [];
    context.on("request", (request) => {
      const sent = { method: request.method(), url: request.url(), body: request.postData() };
      this.requests.push(sent);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "failed";
      this.complaints.push(`request failed: ${request.url()} (${reason})`);
    });
    context.on("response", (response) => {
      if (response.status() >= 400) {
        this.complaints.push(`${response.status()}: ${response.url()}`);
      }
    });
    context.on("console", (message) => {
      if (["warning", "error", "assert"].includes(message.type())) {
        this.complaints.push(`console ${message.type()}: ${message.text()}`);
      }
    });
    context.on("weberror", (error) => this.complaints.push(`uncaught: ${error.error()}`));
    context.on("page", (page) => this.watchPage(page));
  }

  watchPage(page) {
    page.on("crash", () => this.complaints.push("the page crashed"));
    page.on("websocket", (socket) => this.requests.push({ method: "WS", url: socket.url(), body: null }));
  }

  /** Requests that are not plain reads of the page's own origin (blob: and data: stay inside). */
  foreign(origin) {
    return this.requests.filter(({ method, url, body }) => {
      const { protocol, origin: target } = new URL(url);
      if (protocol === "blob:" || protocol === "data:") return false;
      return target !== origin || method !== "GET" || body !== null;
    });
  }

  /** Asserts an empty console, no failed request, and that nothing left the origin. */
  assertQuiet(origin) {
    assert.deepEqual(this.foreign(origin), [], "requests that left the origin or carried data");
    assert.deepEqual(this.complaints, [], "console messages, errors and failed requests");
  }

  /** Asserts that a text is in no URL and no body that was sent. */
  assertNeverSent(text) {
    const holds = (value) => value?.includes(text) || value?.includes(encodeURIComponent(text));
    const leaks = this.requests.filter(({ url, body }) => holds(url) || holds(body));
    assert.deepEqual(leaks, [], "requests that carry report text");
  }
}
