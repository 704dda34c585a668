import { Mistake } from "../../models/unit.ts";

/** A mistake in a text, and at which character of it (from 0). */
export class TextMistake extends Mistake {
  readonly at: number;

  constructor(at: number, wrong: string, right: string) {
    super(wrong, right);
    this.at = at;
  }
}

/** One word, number or sign of a check. A number keeps its unit: "95%", "1m30s", "100/s". */
export interface Token {
  readonly sort: "word" | "number" | "sign" | "end";
  readonly text: string;
  /** Its first character in the text, from 0. */
  readonly at: number;
}

const LONGEST = 500;
const TOKEN =
  /\s*(?:([A-Za-z_](?:[\w-]|\.(?!\.))*)|(-?\d+(?:\.\d+)?(?:[A-Za-zµ%/]+(?:\d+(?:\.\d+)?[A-Za-zµ]+)*)?)|(<=|>=|===|==|!=|\.\.|[<>(){}:,+/]))/y;

/** Cuts a check into its words, numbers and signs; a last token marks the end. */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST) throw new TextMistake(0, "the text is too long", `at most ${LONGEST} characters`);
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw unreadable(text, at);
    const [, word, number, sign] = match;
    const token = word ?? number ?? sign ?? "";
    const sort = word !== undefined ? "word" : number !== undefined ? "number" : "sign";
    tokens.push({ sort, text: token, at: TOKEN.lastIndex - token.length });
  }
  tokens.push({ sort: "end", text: "", at: end });
  return tokens;
}

function unreadable(text: string, from: number): TextMistake {
  const at = from + text.slice(from).search(/\S/);
  const sign = [...text.slice(at)][0] ?? "";
  if (sign === "=") return new TextMistake(at, '"=" is not a comparison', '"==", or one of <, <=, >, >=, !=');
  return new TextMistake(
    at,
    `${JSON.stringify(sign)} has no meaning here`,
    "words, numbers, and < <= > >= == != ( ) { } : , / ..",
  );
}
