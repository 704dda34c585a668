import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { findBrowser } from "../../../scripts/browser.mjs";

/** Where the build puts the page. */
export const BUILT = fileURLToPath(new URL("../../../dist/web", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** The built page in a real browser, served by a host that knows nothing but files. */
export interface ServedPage {
  /** Opens the page at a hash such as "#/run/fan-out". What goes wrong in it is kept in `errors`. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens a page by its whole address, such as one of a file. */
  visit(address: string, options?: BrowserContextOptions): Promise<Page>;
  readonly errors: string[];
  /** Addresses that were asked for, other than those of the host, or of the folder of a file. */
  readonly elsewhere: string[];
  close(): Promise<void>;
}

/** Starts a browser and a host of a built page; undefined, with a word on the console, where no browser starts. */
export async function servedPage(built = BUILT): Promise<ServedPage | undefined> {
  const found = await findBrowser().catch((error: Error) => error);
  if (found instanceof Error) {
    console.warn(`Not looked at: the page in a browser. ${found.message}`);
    return undefined;
  }
  const host = hostOf(built);
  const address = await host.address;
  const browser: Browser = await chromium.launch(found);
  const errors: string[] = [];
  const elsewhere: string[] = [];
  const visit = async (to: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US", ...options });
    const page = await context.newPage();
    const home = new URL(".", to).href;
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(home)) elsewhere.push(request.url());
    });
    await page.goto(to);
    return page;
  };
  return {
    errors,
    elsewhere,
    visit,
    open: (hash, options) => visit(`${address}/${hash}`, options),
    async close() {
      await browser.close();
      host.close();
    },
  };
}

function hostOf(folder: string): { readonly address: Promise<string>; close(): void } {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split(/[?#]/)[0]!;
    const file = join(folder, path === "/" ? "index.html" : decodeURIComponent(path));
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  const address = new Promise<string>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  return { address, close: () => server.close() };
}
