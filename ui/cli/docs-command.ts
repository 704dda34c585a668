import type { Kind } from "../../models/kind.ts";
import { KINDS } from "../../models/kinds.ts";
import { nearest } from "../../scenarios/check/suggestion.ts";
import { type ReferenceRow, referenceOf, referenceOfFile } from "../../scenarios/language/reference.ts";
import { EXIT, type ExitCode, WrongInput } from "./exit-code.ts";
import { columns, type Printer, wrap } from "./printer.ts";
import type { Session } from "./session.ts";

/** The page about the fields of a scenario file itself. */
const FILE = "scenario";
const ABOUT_FILE = "A scenario file: the system, the people, what happens, and what must hold.";

/** `brownout docs [KIND]`: every option of a kind of component, as its schema describes it. */
export function docsCommand(name: string | undefined, { out }: Session): ExitCode {
  if (name === undefined) out.print(overview(out));
  else if (name === FILE) out.print(page(FILE, ABOUT_FILE, referenceOfFile(), out));
  else {
    const kind = kindOf(name);
    const deeds = (kind.deeds ?? []).join(", ");
    const live = (kind.live ?? []).join(", ");
    const head = [kind.about, deeds && `On the timeline: ${deeds}.`, live && `Live parameters: ${live}.`];
    out.print(page(name, head.filter((part) => part !== "").join(" "), referenceOf(kind), out));
  }
  return EXIT.asExpected;
}

function kindOf(name: string): Kind {
  const kind = KINDS.find((each) => each.kind === name);
  if (kind !== undefined) return kind;
  const known = [...KINDS.map((each) => each.kind), FILE];
  throw new WrongInput(`there is no kind ${JSON.stringify(name)}; expected ${nearest(name, known)}`);
}

function overview({ width, color }: Printer): string[] {
  const entries = [...KINDS.map(({ kind, about }) => [kind, about]), [FILE, ABOUT_FILE]];
  const longest = Math.max(...entries.map(([name = ""]) => name.length));
  return entries.flatMap(([name = "", about = ""]) => wrap(about, width, `${color.bold(name.padEnd(longest))}  `));
}

function page(name: string, about: string, rows: readonly ReferenceRow[], { width, color }: Printer): string[] {
  const heads = columns(rows.map(({ option, unit, standard }) => [option, unit, standard]));
  return [
    ...wrap(about, width, `${color.bold(name)}: `),
    "",
    color.dim("option, what a value looks like, default"),
    ...rows.flatMap(({ meaning, source }, at) => [
      color.bold(heads[at] ?? ""),
      ...wrap([meaning, source && `(${source})`].filter((part) => part !== "").join(" "), width, "    "),
    ]),
  ];
}
