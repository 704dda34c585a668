import { EditorView } from "@codemirror/view";

/** The editor in the colours of the page, whichever theme that has. */
export const THEME = EditorView.theme({
  "&": { backgroundColor: "var(--panel)", color: "var(--text)", maxHeight: "70vh", border: "1px solid var(--line)" },
  "&.cm-focused": { outline: "3px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "14px", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--back)", color: "var(--quiet)", borderRight: "1px solid var(--grid)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { boxShadow: "inset 3px 0 var(--accent)" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--grid)",
  },
  ".cm-selectionMatch, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--grid)" },
  ".key": { color: "var(--accent)" },
  ".comment": { color: "var(--quiet)", fontStyle: "italic" },
  ".quoted": { color: "var(--good)" },
  ".anchor": { color: "var(--warn)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--back)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--accent-text)",
  },
  ".cm-completionInfo, .meaning": { maxWidth: "min(420px, 80vw)", padding: "4px 8px" },
  ".meaning p": { margin: "2px 0" },
  ".cm-diagnostic": { borderLeftColor: "var(--bad)", color: "var(--text)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-textfield, .cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--panel)",
    color: "var(--text)",
    border: "1px solid var(--line)",
  },
});
