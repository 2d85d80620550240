// Folders by HTTP, on this machine only.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves `folders`, by the first part of the path; `/` is an empty page. */
export async function serve(folders) {
  const server = createServer((request, response) => {
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
