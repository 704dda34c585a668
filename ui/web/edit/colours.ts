import { syntaxTree } from "@codemirror/language";
import type { Range } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const MARKS: Readonly<Record<string, Decoration>> = {
  Key: Decoration.mark({ class: "key" }),
  Comment: Decoration.mark({ class: "comment" }),
  QuotedLiteral: Decoration.mark({ class: "quoted" }),
  Anchor: Decoration.mark({ class: "anchor" }),
  Alias: Decoration.mark({ class: "anchor" }),
};

/** Tells keys, comments and texts apart by classes, so that both themes can colour them. */
export const colours = ViewPlugin.define(
  (view) => ({
    marks: marksIn(view),
    update({ docChanged, viewportChanged, startState, state, view: now }: ViewUpdate) {
      if (docChanged || viewportChanged || syntaxTree(startState) !== syntaxTree(state)) this.marks = marksIn(now);
    },
  }),
  { decorations: ({ marks }) => marks },
);

function marksIn(view: EditorView): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const mark = MARKS[node.name];
        if (mark !== undefined && node.to > node.from) found.push(mark.range(node.from, node.to));
      },
    });
  }
  return Decoration.set(found, true);
}
