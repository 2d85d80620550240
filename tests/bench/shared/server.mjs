// Folders by HTTP, on this machine only.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Serves `folders`, by the first part of the path; `/` is an empty page. With `isolated`, pages are
 * cross-origin isolated: they may share memory between threads, and have a finer clock.
 */
export async function serve(folders, { isolated = false } = {}) {
  const server = createServer((request, response) => {
    if (isolated) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    const [first, ...rest] = normalize(new URL(request.url, "http://x").pathname).split("/").slice(1);
    if (first === "") {
      response.writeHead(200, { "content-type": TYPES[".html"] });
      response.end("<!doctype html><title>bench</title>");
      return;
    }
    const file = folders[first] && join(folders[first], ...rest);
    try {
      const { size } = statSync(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-length": size,
      });
      createReadStream(file).pipe(response);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
