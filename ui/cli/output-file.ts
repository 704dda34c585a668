import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { WrongInput } from "./exit-code.ts";

/**
 * A file that appears only once it is complete: it is written beside its place and then renamed. A device or a pipe is
 * written to directly. Throws a WrongInput if it cannot be written; asked before a run begins, not after.
 */
export class OutputFile {
  private readonly path: string;
  /** Where it is written until it is complete; undefined for what is no file. */
  private readonly draft: string | undefined;
  private readonly handle: number;

  constructor(path: string) {
    this.path = path;
    const place = attempt(path, () => placeOf(path));
    this.draft = place.draft;
    this.handle = attempt(path, () => openSync(place.draft ?? path, place.draft === undefined ? "w" : "wx"));
    process.once("exit", this.discard);
  }

  write(part: string | Uint8Array): void {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    attempt(this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.handle, bytes, at);
    });
  }

  /** Puts it in its place. */
  finish(): void {
    attempt(this.path, () => {
      closeSync(this.handle);
      if (this.draft !== undefined) renameSync(this.draft, realPathOf(this.path));
    });
    process.removeListener("exit", this.discard);
  }

  private readonly discard = () => {
    if (this.draft !== undefined) rmSync(this.draft, { force: true });
  };
}

function placeOf(path: string): { draft: string | undefined } {
  if (path === "" || path === "-")
    throw new WrongInput(`"${path}" is no place to write to; expected the name of a file`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && /\.ya?ml$/i.test(path)) {
    throw new WrongInput(`${path}: this would overwrite a scenario; expected another name`);
  }
  if (found?.isDirectory()) throw new WrongInput(`${path}: this is a folder`);
  if (found !== undefined && !found.isFile()) return { draft: undefined };
  if (found !== undefined) accessSync(path, constants.W_OK);
  const place = realPathOf(path);
  return { draft: join(dirname(place), `.${basename(place)}.${process.pid}.part`) };
}

/** Behind a link there may be a file; that one is replaced, and the link stays. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof WrongInput) throw error;
    throw new WrongInput(`${path}: the file cannot be written: ${whyNot(error as NodeJS.ErrnoException)}`);
  }
}

/** Why something cannot be written, in words. */
export function whyNot(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ""] ?? String(error);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EACCES: "this is not allowed",
  EEXIST: "it is being written already",
  EPERM: "this is not allowed",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
};

/** Where JSON goes: a file, or standard output for "-"; undefined if none was asked for. */
export interface JsonOutput {
  write(part: string): void;
  finish(): void;
}

export function jsonOutput(path: string | undefined): JsonOutput | undefined {
  if (path === undefined) return undefined;
  if (path !== "-") return new OutputFile(path);
  return { write: (part) => process.stdout.write(part), finish: () => process.stdout.write("\n") };
}
