import { type ReadonlySignal, signal } from "@preact/signals";
import type { Input } from "../../../scenarios/experiment/input.ts";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import { startEngine } from "../engine/start-engine.ts";
import { sourceOf } from "../files/run-source.ts";
import { draftOf, edited, keepDraft, keepEdited } from "./edited.ts";

/** So long nobody types before a text is checked. */
const PAUSE_MS = 250;

/** What the checks say of a text. */
export interface Judgement {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** A scenario that is being edited: its text is checked as it changes, and kept. */
export class Work {
  readonly original: Input;
  readonly isRestored: boolean;
  readonly text: ReadonlySignal<string>;
  /** What the checks said last; it may be of an earlier text. */
  readonly judgement = signal<Judgement | undefined>(undefined);
  readonly schema = signal<JsonSchema | undefined>(undefined);
  /** The name and link of the page that it is the original of. */
  readonly of: string;
  readonly link: string;
  private readonly written;
  private readonly engine = startEngine("editor");
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(original: Input, of: string, link: string) {
    this.original = { ...original, text: plain(original.text) };
    this.of = of;
    this.link = link;
    const draft = draftOf(this.draft);
    this.isRestored = draft !== undefined && draft !== this.original.text;
    this.written = signal(draft ?? this.original.text);
    this.text = this.written;
    this.engine.schema().then(
      (schema) => {
        this.schema.value = schema;
      },
      () => undefined,
    );
    void this.check();
  }

  /** The scenario as it is written now. */
  get input(): Input {
    return { ...this.original, text: this.text.value };
  }

  write(text: string): void {
    this.written.value = text;
    keepDraft(this.draft, text === this.original.text ? undefined : text);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.check(), PAUSE_MS);
  }

  /** Makes it what "#/run/@edited" runs. */
  handOver(): void {
    keepEdited({ of: this.of, link: this.link, input: this.input });
  }

  close(): void {
    clearTimeout(this.pause);
    this.engine.end();
  }

  private get draft(): string {
    return `${this.of.startsWith("@") ? "@" : ""}${this.original.file}${this.link}`;
  }

  private async check(): Promise<void> {
    const { input } = this;
    const problems = await this.engine
      .check(input, { overrides: [] })
      .catch((error: unknown): Problem[] => [
        { severity: "error", file: input.file, line: 1, col: 1, path: "", wrong: String(error), right: "a scenario" },
      ]);
    if (this.text.value === input.text) this.judgement.value = { text: input.text, problems };
  }
}

/** Begins to edit what a page is of; undefined if there is no such scenario. */
export async function openWork(of: string, link: string): Promise<Work | undefined> {
  // What the editor made goes on from where it began.
  const start = of === "@edited" ? edited.value : { of, link };
  if (start === undefined) return undefined;
  const source = await sourceOf(start.of === "@file" ? "@again" : start.of, start.link);
  const input = source !== undefined && "input" in source ? source.input : undefined;
  const found = input ?? (of === "@edited" ? edited.value?.input : undefined);
  return found && new Work(found, start.of, start.link);
}

/** As the editor keeps it: without the mark that some programs begin a file with, and with plain ends of lines. */
function plain(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}
