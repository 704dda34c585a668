import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import type { Problem } from "../../../scenarios/language/problem.ts";
import type { JsonSchema } from "../../../scenarios/language/shape.ts";
import { words } from "../words/words.ts";
import { meaningOf, offersAt } from "./assistance.ts";
import { colours } from "./colours.ts";
import { type Span, spanAt } from "./place.ts";
import { THEME } from "./theme.ts";

/** So long after Esc, unless another key comes first, Tab leaves the editor. */
const TAB_LEAVES_MS = 10_000;

/** What an editor tells, and what it needs to know. */
export interface CodeEditorOptions {
  readonly text: string;
  readonly label: string;
  /** What may be written; undefined until it is known. */
  schema(): JsonSchema | undefined;
  onText(text: string): void;
  onRun(): void;
}

/** The text of a scenario, which helps whoever writes it. */
export class CodeEditor {
  private readonly view: EditorView;

  constructor(parent: HTMLElement, options: CodeEditorOptions) {
    // Its styles are made as it runs; only in a tree of its own does the page's policy let them in.
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
    root.replaceChildren();
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ doc: options.text, extensions: extensionsFor(options) }),
    });
  }

  /** Replaces a part of the text, as a step that can be undone. */
  replace({ from, to }: Span, insert: string): void {
    this.view.dispatch({ changes: { from, to, insert }, userEvent: "input.number" });
  }

  /** Replaces all of the text, as a step that can be undone. */
  replaceAll(text: string): void {
    this.replace({ from: 0, to: this.view.state.doc.length }, text);
  }

  /** Marks what is wrong, at the values that are. */
  show(text: string, problems: readonly Problem[]): void {
    if (text !== this.view.state.doc.toString()) return;
    const diagnostics = problems.map(({ line, col, severity, wrong, right, path }): Diagnostic => {
      const message = `${path === "" ? "" : `${path}: `}${wrong}; expected ${right}`;
      return { ...spanAt(text, line, col), severity, message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  /** Goes to a line and column, from 1. */
  goTo(line: number, col: number): void {
    const { from } = spanAt(this.view.state.doc.toString(), line, col);
    this.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.view.focus();
  }

  close(): void {
    this.view.destroy();
  }
}

function extensionsFor({ label, schema, onText, onRun }: CodeEditorOptions) {
  const run = {
    key: "Mod-Enter",
    run: () => {
      onRun();
      return true;
    },
  };
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    yaml(),
    colours,
    THEME,
    EditorView.contentAttributes.of({ "aria-label": label }),
    autocompletion({ override: [(context) => completionsAt(context, schema())] }),
    hoverTooltip((view, position) => hoverAt(view, position, schema())),
    keymap.of([run, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
    keymap.of([indentWithTab, ...defaultKeymap]),
    EditorView.domEventObservers({
      keydown: ({ key }, view) => key === "Escape" && view.setTabFocusMode(TAB_LEAVES_MS),
    }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onText(state.doc.toString());
    }),
  ];
}

function completionsAt(context: CompletionContext, schema: JsonSchema | undefined) {
  const word = context.matchBefore(/[\w.-]+$/);
  if (schema === undefined || (word === null && !context.explicit)) return null;
  const found = offersAt(context.state.doc.toString(), context.pos, schema);
  if (found === undefined) return null;
  const { from, to, offers } = found;
  const hasColon = context.state.sliceDoc(to, to + 1) === ":";
  return {
    from,
    to,
    options: offers.map(({ text, about, isKey }) => {
      return {
        label: text,
        info: about,
        apply: isKey && !hasColon ? `${text}: ` : text,
        type: isKey ? "property" : "constant",
      };
    }),
    validFor: /^[\w.-]*$/,
  };
}

function hoverAt(view: EditorView, position: number, schema: JsonSchema | undefined) {
  const meaning = schema && meaningOf(view.state.doc.toString(), position, schema);
  if (meaning === undefined) return null;
  const { from, to, path, about, default: given, examples } = meaning;
  const { edit: say } = words.value;
  const lines = [path, ...about];
  if (given !== undefined) lines.push(`${say.default} ${given}`);
  if (examples.length > 0) lines.push(`${say.examples} ${examples.join(", ")}`);
  return { pos: from, end: to, above: true, create: () => ({ dom: paragraphs(lines) }) };
}

function paragraphs(lines: readonly string[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "meaning";
  box.lang = "en";
  for (const line of lines) box.appendChild(document.createElement("p")).textContent = line;
  return box;
}
