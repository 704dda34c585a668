import { stripVTControlCharacters } from "node:util";
import picocolors from "picocolors";

const WIDEST = 100;
const NARROWEST = 40;

/** Somewhere to print lines for a person: knows how wide it is and whether it shows colours. */
export interface Printer {
  readonly width: number;
  readonly color: ReturnType<typeof picocolors.createColors>;
  /** Prints lines. Signs that would control the terminal are taken out, but for our own colours. */
  print(lines: readonly string[]): void;
  /** Prints an empty line with whatever comes next, be it nothing: only by writing one learns that nobody reads any more. */
  holdGap(): void;
}

export function printerOn(stream: NodeJS.WriteStream): Printer {
  const { NO_COLOR = "", TERM } = process.env;
  const width = Math.max(NARROWEST, Math.min(WIDEST, stream.columns || WIDEST));
  const isColored = stream.isTTY && NO_COLOR === "" && TERM !== "dumb";
  const clean = isColored ? withOurControls : withoutControls;
  let held = "";
  const print = (lines: readonly string[]) => {
    stream.write(held + lines.map((line) => `${clean(line)}\n`).join(""));
    held = "";
  };
  const holdGap = () => {
    held = "\n";
  };
  return { width, color: picocolors.createColors(isColored), print, holdGap };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const OURS = /(\u001B\[\d{1,2}m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g;

function withOurControls(line: string): string {
  return line
    .split(OURS)
    .map((part, at) => (at % 2 === 1 ? part : withoutControls(part)))
    .join("");
}

function withoutControls(line: string): string {
  return line.replace(CONTROLS, " ");
}

/** Breaks a text into lines of at most `width` signs; `head` stands before the first, and the others are indented as far. */
export function wrap(text: string, width: number, head = ""): string[] {
  const indent = " ".repeat(stripVTControlCharacters(head).length);
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || stripVTControlCharacters(longer).length <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines.map((each, at) => (at === 0 ? head : indent) + each);
}

/** Columns side by side, each as wide as its widest cell; columns of figures stand flush right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const length = (cell: string) => stripVTControlCharacters(cell).length;
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => length(row[at] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const gap = " ".repeat(widths[at]! - length(cell));
        return right.includes(at) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd(),
  );
}
