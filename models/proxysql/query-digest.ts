/** Values of one list that are kept: mysql-query_digests_grouping_limit. */
const VALUES = 3;
/** Rows of values that are kept: mysql-query_digests_groups_grouping_limit. */
const ROWS = 10;

const ROW = "\\(\\?,\\?,\\?,\\.\\.\\.\\)";
const LONG_LIST = new RegExp(`(^|[^-+*/%])(?:\\?,){${VALUES}}(?:\\?,)+\\?(?=\\))`, "g");
const LONG_START = new RegExp(`(^|[^-+*/%])(?:\\?,){${VALUES}}(?:\\?,){2,}(?!\\?[,)])`, "g");
const SHORT_LIST = `$1${"?,".repeat(VALUES)}...`;
const SHORT_START = `${SHORT_LIST},`;
const MANY_ROWS = new RegExp(`((?:${ROW},){${ROWS}})(?:${ROW},?)+`, "g");

/**
 * The text of a statement as ProxySQL normalises it for match_digest: literals are "?", comments and needless spaces
 * are gone, long lists of values end in "...", and nothing is left of a final semicolon.
 *
 * With the defaults of the mysql-query_digests_ variables. Source: lib/c_tokenizer.cpp,
 * mysql_query_digest_and_first_comment_2.
 */
export function digestOf(sql: string): string {
  return shortened(tightened(marked(sql))).replace(/[ ;]+$/, "");
}

/** First stage: literals become marks, comments and runs of white space become one space. */
function marked(sql: string): string {
  let text = "";
  for (let at = 0; at < sql.length; ) {
    const end = tokenEnd(sql, at, text);
    const token = sql.slice(at, end);
    if (isComment(token)) text = spaced(text + commandIn(token));
    else if (isSpace(token)) text = spaced(text);
    else text += isLiteral(token, text) ? "?" : token;
    at = end;
  }
  return text;
}

/** Where the comment, string, number or character ends that begins at a place; `before` is what stands before it. */
function tokenEnd(sql: string, at: number, before: string): number {
  const rest = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(sql) ? pattern.lastIndex : sql.length;
  };
  if (sql.startsWith("/*", at)) return rest(/\/\*[\s\S]*?\*\//y);
  if (sql[at] === "#" || /^--\s/.test(sql.slice(at, at + 3))) return rest(/[^\r\n]*/y);
  if (sql[at] === "'") return rest(/'(?:\\[\s\S]|''|[^'\\])*'/y);
  if (sql[at] === '"') return rest(/"(?:\\[\s\S]|""|[^"\\])*"/y);
  if (beginsNumber(sql[at]!, before)) return rest(/(?:[eE][-+]|[\w$.])+/y);
  return at + 1;
}

/** A digit within a name is none of a number. */
function beginsNumber(character: string, before: string): boolean {
  return /\d/.test(character) && !/[\w$]$/.test(before);
}

function isComment(token: string): boolean {
  return token.startsWith("/*") || token.startsWith("#") || (token.startsWith("--") && token.length > 2);
}

function isSpace(token: string): boolean {
  return /^[ \t\r\n]$/.test(token);
}

function isLiteral(token: string, before: string): boolean {
  if (token.length > 1 && /^['"]/.test(token)) return true;
  return beginsNumber(token[0]!, before) && /^(?:0[xX][\da-fA-F]*|(?:[\d.]|[eE][-+]?)+)$/.test(token);
}

/** What stands in a comment that MySQL executes, "/*!40001 SQL_NO_CACHE *\/", stays. */
function commandIn(comment: string): string {
  if (!comment.startsWith("/*!")) return "";
  return comment.slice(3, -2).replace(/^[/*! \d]+/, "");
}

function spaced(text: string): string {
  return text === "" || text.endsWith(" ") ? text : `${text} `;
}

/** Second stage: no spaces within brackets, around commas and operators, and no signs of single values. */
function tightened(text: string): string {
  let tight = "";
  for (let at = 0; at < text.length; at++) {
    const before = text[at - 1] ?? "0";
    const character = text[at]!;
    const after = text[at + 1] ?? "";
    if (character === " " ? !isNeededSpace(before, after) : isSign(character, before, text[at - 2] ?? "0", after)) {
      continue;
    }
    tight += character;
  }
  return tight;
}

function isNeededSpace(before: string, after: string): boolean {
  if (before === "(" || after === ")" || before === "," || after === ",") return false;
  return !(isOperator(before) && after === "?") && !(isOperator(after) && before === "?");
}

/** Whether a plus or minus belongs to one value instead of joining two. */
function isSign(character: string, before: string, earlier: string, after: string): boolean {
  if (character !== "+" && character !== "-") return false;
  if (before === " " && /[\w$]/.test(earlier)) return true;
  const left = before === " " ? earlier : before;
  return !/[\w$?)]/.test(left) && (after === "?" || after === " ");
}

function isOperator(character: string): boolean {
  return /^[-+*/%]$/.test(character);
}

/** Third and fourth stage: long lists of values, and many rows of them, are cut short. */
function shortened(text: string): string {
  const lists = text.replace(/\([^()]*\)?/g, (list) =>
    list.replace(LONG_START, SHORT_START).replace(LONG_LIST, SHORT_LIST),
  );
  return lists.replace(MANY_ROWS, "$1...");
}
