import { crc32 } from "node:zlib";
import { ENGINE } from "../../../scenarios/experiment/engine.ts";
import { type Input, inputHash } from "../../../scenarios/experiment/input.ts";
import type { Result } from "../../../scenarios/study/job.ts";
import type { Reply } from "./crew.ts";
import { type Shard, shardInWords } from "./shard.ts";

/**
 * Format of a file of finished runs: lines of JSON, each with the CRC-32 of what follows it. The first says what the file
 * is; each other is the result of one job under its id. Whatever is added is added at the end, so that a process that is
 * killed leaves at most its last line torn. It changes when a reader would misread the new one.
 */
const RUNS_FORMAT = "brownout-runs/1";

/** What a shard is a part of: with this, the whole study can be asked again of results that are known. */
export interface StudyPart {
  /** The command and its options, but for those that say where runs run. */
  readonly args: readonly string[];
  readonly shard: Shard;
  readonly input: Input;
}

/**
 * What is kept of a job. A run that was done is never done again, nor a job that the scenario does not allow; one that
 * failed is tried again, and known only to those who cannot try.
 */
export type Kind = "done" | "invalid" | "failed";

export function headLine(part?: StudyPart): string {
  return sealed({ format: RUNS_FORMAT, engine: ENGINE, ...(part !== undefined && { part: plain(part) }) });
}

export function runLine(id: string, { whole: _, ...result }: Reply): string {
  if ("outcome" in result) return sealed({ id, done: result });
  return result.isInvalid ? sealed({ id, invalid: { ...result, stack: "" } }) : sealed({ id, failed: result });
}

/** The shard that a file is from, undefined for one without; or what keeps the file from being used. */
export function readHead(line: Uint8Array): StudyPart | undefined | string {
  const body = unsealed(line);
  if (body === undefined) return "it is no file of finished runs";
  const { format, engine, part } = JSON.parse(body);
  if (format !== RUNS_FORMAT) return `its format is ${format}; this version of Brownout reads ${RUNS_FORMAT}`;
  if (engine !== ENGINE) return `its runs are of ${engine}, and this is ${ENGINE}`;
  if (part === undefined) return undefined;
  const { args, shard, input } = part;
  return { args, shard, input: { ...input, attachments: new Map(input.attachments) } };
}

/** Which run a line is of, without reading all of it; undefined if the line is damaged. */
export function skimRun(line: Uint8Array): { readonly id: string; readonly kind: Kind } | undefined {
  if (!isSound(line)) return undefined;
  const [, id, kind] = HEAD_OF_RUN.exec(Buffer.from(line.subarray(SEAL, SEAL + 60)).toString("latin1")) ?? [];
  return id === undefined ? undefined : { id, kind: kind as Kind };
}

/** The result in a line that was skimmed before. */
export function readRun(line: Uint8Array): Result {
  const { done, invalid, failed } = JSON.parse(Buffer.from(line).toString("utf8"));
  return done ?? invalid ?? failed;
}

/** The sign by which a line is known to be whole; lines with the same one say the same. */
export function sealOf(line: Uint8Array): string {
  return Buffer.from(line.subarray(0, SEAL)).toString("latin1");
}

/** For people. */
export function partInWords({ args, shard, input }: StudyPart): string {
  return `shard ${shardInWords(shard)} of brownout ${args.join(" ")} (input ${inputHash(input)})`;
}

function plain({ args, shard, input }: StudyPart) {
  return { args, shard, input: { ...input, attachments: [...input.attachments] } };
}

/** `{"crc":"0123abcd",` */
const SEAL = 18;
const HEAD_OF_RUN = /^"id":"([0-9a-f]{16})","(done|invalid|failed)":/;

function sealed(data: object): string {
  const body = JSON.stringify(data).slice(1);
  return `{"crc":"${sumOf(Buffer.from(body))}",${body}`;
}

function isSound(line: Uint8Array): boolean {
  return sealOf(line) === `{"crc":"${sumOf(line.subarray(SEAL))}",`;
}

function unsealed(line: Uint8Array): string | undefined {
  return isSound(line) ? `{${Buffer.from(line.subarray(SEAL)).toString("utf8")}` : undefined;
}

function sumOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
