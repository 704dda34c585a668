import type { Input } from "../../../scenarios/experiment/input.ts";
import { deflated, inflated } from "../files/inflated.ts";
import { changed, type Edit, editsOf } from "./edits.ts";

/** Longer links are cut off by some of the programs that people send them with. */
export const LONG_LINK = 2000;
const MOST_TEXT = 2_000_000;

/** Looks up a scenario that comes with Brownout by its file. */
export type Library = (file: string) => Promise<Input | undefined>;

/** Why a link does not lead to a scenario. */
export type LinkFault = "newer" | "damaged" | "otherBase";

/** A link that was cut off, mistyped, made by a later version, or that changes a scenario which is no longer the same. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly why: LinkFault;

  constructor(why: LinkFault) {
    super(why);
    this.why = why;
  }
}

/*
 * The first character says how the rest is to be read; the rest is a checksum of four bytes and JSON, deflated, in base64
 * for addresses:
 *   1  [file, text]: the whole scenario
 *   2  [file, checksum of its text, edits]: what is changed in a scenario of the library
 */
const WHOLE = "1";
const CHANGED = "2";

/** A scenario as part of a link: its whole text. */
export function wholeScenario({ file, text }: Input): Promise<string> {
  return packed(WHOLE, [file, text]);
}

/** A scenario as part of a link: how it differs from the one of the library that has its file; undefined if none has. */
export async function changedScenario({ file, text }: Input, library: Library): Promise<string | undefined> {
  const base = await library(file);
  if (base === undefined) return undefined;
  return packed(CHANGED, [file, checksum(bytesOf(base.text)), editsOf(base.text, text)]);
}

/** The scenario in a link; throws a LinkError that says why there is none. */
export async function scenarioIn(link: string, library: Library): Promise<Input> {
  if (link[0] !== WHOLE && link[0] !== CHANGED) throw new LinkError(/^[3-9]/.test(link) ? "newer" : "damaged");
  const [file, ...rest] = await unpacked(link.slice(1));
  if (typeof file !== "string") throw new LinkError("damaged");
  const base = await library(file);
  const text = link[0] === WHOLE ? rest[0] : changedText(base, rest);
  if (typeof text !== "string") throw new LinkError("damaged");
  return { file, text, attachments: base?.attachments ?? new Map() };
}

function changedText(base: Input | undefined, [sum, edits]: readonly unknown[]): string {
  if (!Array.isArray(edits) || !edits.every(isEdit)) throw new LinkError("damaged");
  if (base === undefined || checksum(bytesOf(base.text)) !== sum) throw new LinkError("otherBase");
  return changed(base.text, edits);
}

function isEdit(each: unknown): each is Edit {
  if (!Array.isArray(each)) return false;
  const [from, removed, ...lines] = each;
  return Number.isInteger(from) && Number.isInteger(removed) && lines.every((line) => typeof line === "string");
}

async function packed(version: string, data: readonly unknown[]): Promise<string> {
  const bytes = bytesOf(JSON.stringify(data));
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, checksum(bytes));
  whole.set(bytes, 4);
  return version + toBase64(await deflated(whole, "deflate-raw"));
}

async function unpacked(link: string): Promise<readonly unknown[]> {
  try {
    const whole = await inflated(fromBase64(link), "deflate-raw", () => MOST_TEXT);
    const bytes = whole.subarray(4);
    if (new DataView(whole.buffer).getUint32(0) !== checksum(bytes)) throw new LinkError("damaged");
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(data) ? data : [];
  } catch {
    throw new LinkError("damaged");
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** FNV-1a in 32 bits: it is there against slips, not against malice. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}

function toBase64(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
