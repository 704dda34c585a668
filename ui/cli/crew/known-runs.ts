import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../../scenarios/study/job.ts";
import { WrongInput } from "../exit-code.ts";
import { readHead, readRun, type StudyPart, sealOf, skimRun } from "./runs-file.ts";

/** Where in which file a line stands. */
interface Place {
  readonly file: string;
  readonly at: number;
  readonly length: number;
  readonly seal: string;
}

/** What is known of finished runs from files: only where each stands is kept in memory, the rest is read when asked for. */
export class KnownRuns {
  /** The shards that the files are from. */
  readonly parts: StudyPart[] = [];
  private readonly finished = new Map<string, Place>();
  private readonly failures = new Map<string, Place>();
  private readonly note: (line: string) => void;

  /** @param note is told what in the files cannot be used, and why. */
  constructor(note: (line: string) => void) {
    this.note = note;
  }

  /** Reads files of runs, and folders of them. Throws a WrongInput if there is no such file or it cannot be read. */
  read(paths: readonly string[]): this {
    for (const file of paths.flatMap((path) => this.filesAt(path))) orWrongInput(file, () => this.readFile(file));
    return this;
  }

  get size(): number {
    return this.finished.size;
  }

  /** The result of a job that was done, or that the scenario does not allow. */
  find(id: string): Result | undefined {
    return resultAt(this.finished.get(id));
  }

  /** How a job has failed of which nothing better is known. */
  failureOf(id: string): Result | undefined {
    return this.finished.has(id) ? undefined : resultAt(this.failures.get(id));
  }

  /** Only what is a plain file is opened: a pipe or a device may never come to an end. */
  private filesAt(path: string): string[] {
    const found = orWrongInput(path, () => statSync(path));
    if (found.isFile()) return [path];
    if (!found.isDirectory()) throw new WrongInput(`${path}: this is no file; expected a file of finished runs`);
    const names = orWrongInput(path, () => readdirSync(path)).filter((name) => name.endsWith(".jsonl"));
    const files = names.sort().map((name) => join(path, name));
    return files.filter((file) => {
      const isFile = orWrongInput(file, () => statSync(file, { throwIfNoEntry: false }))?.isFile() === true;
      if (!isFile) this.note(`${file} is left out: it is no file`);
      return isFile;
    });
  }

  private readFile(file: string): void {
    let number = 0;
    for (const { bytes, at } of linesOf(file)) {
      number++;
      if (number > 1) this.readLine(bytes, { file, at, length: bytes.length, seal: sealOf(bytes) }, number);
      else {
        const part = readHead(bytes);
        if (typeof part === "string") return this.note(`${file} is left out: ${part}`);
        if (part !== undefined) this.parts.push(part);
      }
    }
  }

  private readLine(bytes: Uint8Array, place: Place, number: number): void {
    const line = skimRun(bytes);
    if (line === undefined) return this.note(`${place.file}:${number} is damaged, and left out: the run is not known`);
    if (line.kind === "failed") this.failures.set(line.id, place);
    else {
      const before = this.finished.get(line.id);
      if (before !== undefined && before.seal !== place.seal) {
        throw new Error(`the same run gave another result in ${place.file}:${number} than in ${before.file}`);
      }
      this.finished.set(line.id, before ?? place);
    }
  }
}

function resultAt(place: Place | undefined): Result | undefined {
  if (place === undefined) return undefined;
  const bytes = Buffer.alloc(place.length);
  const handle = openSync(place.file, "r");
  try {
    readSync(handle, bytes, 0, place.length, place.at);
  } finally {
    closeSync(handle);
  }
  return readRun(bytes);
}

const CHUNK = 1 << 20;
const NEWLINE = 10;

/** The lines of a file that are ended; what a killed process has left behind them is not yet one. */
function* linesOf(file: string): Generator<{ readonly bytes: Uint8Array; readonly at: number }> {
  const handle = openSync(file, "r");
  try {
    let [rest, at] = [Buffer.alloc(0), 0];
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const length = readSync(handle, chunk, 0, CHUNK, null);
      if (length === 0) return;
      rest = Buffer.concat([rest, chunk.subarray(0, length)]);
      let begin = 0;
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, begin)) {
        yield { bytes: rest.subarray(begin, end), at: at + begin };
        begin = end + 1;
      }
      at += begin;
      rest = rest.subarray(begin);
    }
  } finally {
    closeSync(handle);
  }
}

function orWrongInput<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new WrongInput(`${path}: ${code === "ENOENT" ? "there is no such file" : `this cannot be read (${code})`}`);
  }
}
