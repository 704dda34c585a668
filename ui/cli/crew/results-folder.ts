import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, statSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Result } from "../../../scenarios/study/job.ts";
import { WrongInput } from "../exit-code.ts";
import type { Reply } from "./crew.ts";
import { KnownRuns } from "./known-runs.ts";
import { headLine, runLine, type StudyPart } from "./runs-file.ts";

/**
 * A folder of finished runs, by the content of their jobs: nothing in it is run again. Each process adds to a file of its
 * own, line by line, so that several can share a folder, and whoever is killed loses only the runs that were going on.
 */
export class ResultsFolder {
  readonly path: string;
  private readonly known: KnownRuns;
  private readonly part: StudyPart | undefined;
  private handle: number | undefined;

  /**
   * Throws a WrongInput if the folder cannot be made, read or written to.
   * @param part of a study that is to be put together later; undefined for a whole one.
   */
  constructor(path: string, note: (line: string) => void, part?: StudyPart) {
    this.path = path;
    this.part = part;
    orWrongInput(path, () => {
      makeFolder(resolve(path));
      // Of a folder such as /proc only a try tells that nothing can be put there.
      rmdirSync(mkdtempSync(join(path, ".try-")));
    });
    this.known = new KnownRuns(note).read([path]);
    // What is put together later must know that the shard was there, even if nothing was left for it to do.
    if (part !== undefined && !this.known.parts.some((other) => isSame(other, part))) this.open();
  }

  find(id: string): Result | undefined {
    return this.known.find(id);
  }

  keep(id: string, reply: Reply): void {
    this.append(this.handle ?? this.open(), runLine(id, reply));
  }

  private open(): number {
    const name = this.part === undefined ? "runs" : `shard-${this.part.shard.index}-of-${this.part.shard.of}`;
    const file = join(this.path, `${name}-${randomBytes(4).toString("hex")}.jsonl`);
    const handle = orWrongInput(file, () => openSync(file, "ax"));
    this.append(handle, headLine(this.part));
    this.handle = handle;
    return handle;
  }

  private append(handle: number, line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    orWrongInput(this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    });
  }

  close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }
}

/** Level by level: where nothing can be made, as in /proc, Node's own way tries for ever. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it since.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isSame(a: StudyPart, b: StudyPart): boolean {
  return JSON.stringify([a.args, a.shard]) === JSON.stringify([b.args, b.shard]);
}

function orWrongInput<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = REASONS[code] ?? code;
    throw new WrongInput(`${path}: finished runs cannot be kept here: ${reason}; expected a folder to write to`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "nothing can be made there",
  EEXIST: "this is a file",
  ENOTDIR: "this is a file",
  EACCES: "this is not allowed",
  EPERM: "this is not allowed",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
};
