// Files that exist only in memory: dropped, chosen, downloaded.
import { readFile } from "node:fs/promises";

/**
 * Drops files onto the element of a locator by real drag events. Each file is
 * `{ name, text }` or `{ name, bytes }` (a Buffer), with an optional `type`.
 */
export async function drop(page, locator, files) {
  const plain = files.map(({ name, text, bytes, type = "" }) => ({
    name,
    type,
    base64: Buffer.from(bytes ?? text, "utf8").toString("base64"),
  }));
  const transfer = await page.evaluateHandle(async (list) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of list) {
      const raw = atob(base64);
      const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    return data;
  }, plain);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await locator.dispatchEvent(event, { dataTransfer: transfer });
  }
  await transfer.dispose();
}

/** Chooses files in the file input of a locator, as the file button does. */
export async function choose(locator, files) {
  await locator.setInputFiles(
    files.map(({ name, text, bytes, type = "" }) => ({
      name,
      mimeType: type,
      buffer: Buffer.from(bytes ?? text, "utf8"),
    })),
  );
}

/** Does what starts a download, and gives `{ name, bytes, text }` of the file. */
export async function download(page, start) {
  const [file] = await Promise.all([page.waitForEvent("download"), start()]);
  const bytes = await readFile(await file.path());
  return { name: file.suggestedFilename(), bytes, text: bytes.toString("utf8") };
}
