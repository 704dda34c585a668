import * as z from "zod";
import { lengthSaidBy, RecordingError } from "../../../scenarios/recording/container.ts";
import { decode } from "../../../scenarios/recording/recording-file.ts";
import { type Content, type RunName, type Study, Unreadable } from "./content.ts";
import { inflated, TooLarge } from "./inflated.ts";

const MEGA = 1_000_000;
/** A recording of the longest run of the largest system, unpacked, is about half of it. */
const MOST_UNPACKED = 200 * MEGA;
const MOST_JSON = 50 * MEGA;
const MOST_TEXT = 2 * MEGA;
const MOST_DEPTH = 64;

const RECORDING = "BROWNOUT";

const name = z.string().max(1000);
const whichRun = {
  scenario: name,
  variant: name.nullable(),
  overrides: z.array(name).max(1000),
  seed: name,
};
const result = z.object({ ...whichRun, replication: z.int().min(0).max(1e9) });
const study = z.object({
  ...whichRun,
  study: name,
  inputHash: name,
  complete: z.boolean(),
  answer: z.record(z.string(), z.unknown()).or(z.array(z.unknown())),
});
const VERSIONS = { "brownout-result": 1, "brownout-study": 1 } as const;

/** What is in a file, by what it begins with and not by its name; an Unreadable says why it is nothing of ours. */
export async function contentOf(file: string, bytes: Uint8Array): Promise<Content> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return plainContentOf(file, bytes);
  return plainContentOf(file, await unpacked(bytes));
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflated(bytes, "gzip", mostOf);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof RecordingError) throw faultOf(error);
    if (error instanceof TooLarge) throw new Unreadable("tooLarge", "more than it says, or than is ever needed");
    throw new Unreadable("damaged", "its compression is broken, or it was cut off");
  }
}

/** How much may be in a compressed file that begins like this. */
function mostOf(first: Uint8Array): number {
  if (!isRecording(first)) {
    if (!isText(first)) throw new Unreadable("unknown", "neither a recording nor text");
    return MOST_JSON;
  }
  const said = lengthSaidBy(first) ?? MOST_UNPACKED;
  if (said > MOST_UNPACKED) throw tooLarge(MOST_UNPACKED);
  return said;
}

function plainContentOf(file: string, bytes: Uint8Array): Content {
  if (isRecording(bytes)) return { is: "recording", file, recording: recordingIn(bytes) };
  if (bytes.length > MOST_JSON) throw tooLarge(MOST_JSON);
  if (bytes.length === 0 || !isText(bytes)) throw new Unreadable("unknown", "neither a recording nor text");
  const text = textIn(bytes);
  if (/^\s*[{[]/.test(text)) return jsonContentOf(file, text);
  if (bytes.length > MOST_TEXT) throw tooLarge(MOST_TEXT);
  return { is: /\.csv$/i.test(file) ? "table" : "scenario", file, text };
}

function recordingIn(bytes: Uint8Array) {
  try {
    return decode(bytes);
  } catch (error) {
    throw error instanceof RecordingError ? faultOf(error) : error;
  }
}

function faultOf({ message }: RecordingError): Unreadable {
  return new Unreadable(/this Brownout reads/.test(message) ? "newer" : "damaged", message);
}

function jsonContentOf(file: string, text: string): Content {
  if (depthOf(text) > MOST_DEPTH) throw new Unreadable("damaged", `its JSON is nested more than ${MOST_DEPTH} deep`);
  const found = parsed(text);
  const [, format = "", version = ""] = /^([a-z-]+)\/(\d+)$/.exec(String(found.format)) ?? [];
  const known = Object.entries(VERSIONS).find(([each]) => each === format)?.[1];
  if (known === undefined) throw new Unreadable("unknown", "JSON, but neither a result nor a study of Brownout");
  if (Number(version) !== known) {
    throw new Unreadable("newer", `the file is a ${format}/${version}, and this Brownout reads ${format}/${known}`);
  }
  if (format === "brownout-result") return { is: "result", file, run: checked<RunName>(result, found) };
  return { is: "study", file, study: checked<Study>(study, found) };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === "object" ? { ...found } : {};
  } catch (error) {
    throw new Unreadable("damaged", error instanceof Error ? error.message : String(error));
  }
}

function checked<T>(schema: z.ZodType<T>, found: unknown): T {
  const { success, data, error } = schema.safeParse(found);
  if (success) return data;
  const [issue] = error.issues;
  throw new Unreadable("damaged", `${issue?.path.join(".")}: ${issue?.message}`);
}

function isRecording(bytes: Uint8Array): boolean {
  return [...RECORDING].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/** Whether bytes have none of the characters that no text has. */
function isText(bytes: Uint8Array): boolean {
  const control = (byte: number) => byte < 9 || (byte > 13 && byte < 32) || byte === 127;
  return !bytes.subarray(0, 4096).some(control);
}

function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable("unknown", "neither a recording nor text in UTF-8");
  }
}

/** How deep the brackets of a JSON text are nested. */
function depthOf(text: string): number {
  let [depth, deepest, isQuoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) isQuoted = !isQuoted;
    else if (isQuoted) at += code === 0x5c ? 1 : 0;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

function tooLarge(most: number): Unreadable {
  return new Unreadable("tooLarge", `more than ${most / MEGA} MB`);
}
