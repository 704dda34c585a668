import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright";

/** @typedef {{ executablePath: string, args: string[], env: Record<string, string> }} Browser */

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
const HOW_TO_GET_ONE = `No Chromium that runs was found. Any of these helps:
  - install Chrome, Chromium or Edge (Debian: apt-get install --no-install-recommends chromium)
  - npx playwright install chromium
  - set CHROME_PATH to the executable of one
On Linux x64, npm ci brings one along: is node_modules/@sparticuz/chromium there?`;

/**
 * Finds a Chromium that really runs here: each candidate is started and asked to compute before it is taken.
 * @returns {Promise<Browser>} options for Playwright's `chromium.launch`
 * @throws when none runs; the message says how to get one
 */
export async function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (await runs(browser(named))) return browser(named);
    throw new Error(`CHROME_PATH names ${named}, but no Chromium starts from there. Correct it, or unset it.`);
  }
  for (const path of [chromium.executablePath(), ...installed()]) {
    if (existsSync(path) && (await runs(browser(path)))) return browser(path);
  }
  const packed = process.platform === "linux" && process.arch === "x64" ? await unpacked() : undefined;
  if (packed && (await runs(packed))) return packed;
  throw new Error(HOW_TO_GET_ONE);
}

/** @returns {Browser} */
function browser(/** @type {string} */ executablePath, /** @type {Record<string, string>} */ extraEnv = {}) {
  return { executablePath, args: ARGS, env: { .../** @type {Record<string, string>} */ (process.env), ...extraEnv } };
}

/** Stubs, missing libraries and the wrong processor only show when it is started. */
async function runs(/** @type {Browser} */ candidate) {
  try {
    const running = await chromium.launch({ ...candidate, timeout: 30_000 });
    try {
      return (await (await running.newPage()).evaluate("6 * 7")) === 42;
    } finally {
      await running.close();
    }
  } catch {
    return false;
  }
}

function installed() {
  if (process.platform === "darwin") {
    return ["Google Chrome", "Chromium", "Microsoft Edge"].flatMap((app) =>
      ["/", homedir()].map((base) => join(base, "Applications", `${app}.app`, "Contents/MacOS", app)),
    );
  }
  if (process.platform === "win32") {
    return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) =>
      [
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
      ]
        .filter(() => process.env[variable])
        .map((path) => join(process.env[variable] ?? "", path)),
    );
  }
  const names = [
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
  ];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

/**
 * The Chromium that npm ci brought along. The package unpacks to the temporary folder and trusts whatever lies there,
 * so it gets one of its own, which is renamed into place when complete.
 * @returns {Promise<Browser | undefined>}
 */
async function unpacked() {
  /** @type {string} */
  let folder;
  try {
    const { version } = JSON.parse(await readFile(join(ROOT, "node_modules/@sparticuz/chromium/package.json"), "utf8"));
    folder = join(ROOT, "node_modules/.cache", `chromium-${version}`);
    if (!existsSync(folder)) await unpack(folder);
  } catch {
    return undefined;
  }
  return browser(join(folder, "chromium"), {
    LD_LIBRARY_PATH: [join(folder, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
    FONTCONFIG_FILE: join(folder, "fonts.conf"),
  });
}

async function unpack(/** @type {string} */ folder) {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    // Posing as that cloud runtime is what makes the package unpack the shared libraries too.
    const env = { ...process.env, TMPDIR: work, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };
    const program = 'await (await import("@sparticuz/chromium")).default.executablePath()';
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { cwd: ROOT, env });
    await writeFile(join(work, "fonts.conf"), fontsConf(folder));
    await rename(work, folder).catch((error) => {
      if (!existsSync(folder)) throw error; // else another process was first
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The packed configuration names a fixed folder; without one of our own no text at all is drawn. */
function fontsConf(/** @type {string} */ folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fontconfig</cachedir>
</fontconfig>
`;
}
