import { Mistake, readDuration, readNumber } from "../../models/unit.ts";
import type { Micros } from "../../sim/time.ts";
import {
  AGGREGATES,
  type Aggregate,
  type Check,
  COMPARATORS,
  type Comparator,
  type Comparison,
  type Condition,
  type During,
  type Measure,
  type Name,
  type NumberOf,
  type Operand,
  REDUCTIONS,
  type ThresholdNumber,
} from "./expression.ts";
import { unknown } from "./names.ts";
import { oneOf } from "./suggestion.ts";
import { TextMistake, type Token, tokensOf } from "./token.ts";

/** Reads a check; see `Check` for its forms. */
export function parseCheck(text: string): Check | TextMistake {
  return attempt(() => new Reading(text).check());
}

/** Reads a condition on the current instant, such as "ready(proxysql) < 50%". */
export function parseCondition(text: string): Condition | TextMistake {
  return attempt(() => new Reading(text).condition());
}

/** Reads a measure; see `Measure` for its forms. */
export function parseMeasure(text: string): Measure | TextMistake {
  return attempt(() => new Reading(text).measure());
}

function attempt<Result>(read: () => Result): Result | TextMistake {
  try {
    return read();
  } catch (mistake) {
    if (mistake instanceof TextMistake) return mistake;
    throw mistake;
  }
}

const TAGS = ["load", "component", "zone", "class"];
const FORMS = '"ready(proxysql) >= 50%" or "http_req_failed{load:load-test} rate < 1%"';
const WINDOW = 'a window such as "2m..15m"';

/** One pass over the tokens of a text. */
class Reading {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  check(): Check {
    const metric = this.name(`a metric, as in ${FORMS}`);
    const check = this.next.text === "(" ? this.stateOrRecovery(metric) : this.threshold(metric);
    this.end('the end, or a window such as "for all of 2m..15m" or "within 2m..15m"');
    return check;
  }

  condition(): Condition {
    const metric = this.name('a level, as in "ready(proxysql) < 50%"');
    const operand = this.call(metric);
    const comparison = this.comparison();
    this.end("the end: a condition is about the current instant");
    return { operand, comparison };
  }

  measure(): Measure {
    const number = this.number();
    const per = this.accept("/") ? this.number() : undefined;
    this.end('the end, a window such as "within 2m..15m", or "/" and another number');
    return { number, per };
  }

  private number(): NumberOf {
    const metric = this.name('a metric, as in "http_reqs{load:k6} rate" or "max(Threads_connected(db))"');
    if (this.next.text !== "(") return this.thresholdNumber(metric);
    if (metric.text === "first") return this.firstTime();
    const reduction = REDUCTIONS.find((name) => name === metric.text);
    const operand = reduction === undefined ? this.call(metric) : this.reduced();
    return { form: "state", operand, reduction: reduction ?? "each", during: this.during() };
  }

  private firstTime(): NumberOf {
    this.expect("(", '"("');
    const operand = this.call(this.name("a metric"));
    const comparison = this.comparison();
    this.expect(")", '")"');
    return { form: "first", operand, comparison };
  }

  private threshold(metric: Name): Check {
    return { ...this.thresholdNumber(metric), comparison: this.comparison() };
  }

  private thresholdNumber(metric: Name): ThresholdNumber {
    if (this.next.sort !== "word" && this.next.text !== "{") {
      throw this.unexpected(`"(" with a component, or k6's form: ${FORMS}`);
    }
    return { form: "threshold", operand: this.tagged(metric), aggregate: this.aggregate() };
  }

  private stateOrRecovery(metric: Name): Check {
    if (metric.text === "recovered") return this.recovery(metric);
    const reduction = REDUCTIONS.find((name) => name === metric.text);
    const operand = reduction === undefined ? this.call(metric) : this.reduced();
    const comparison = this.comparison();
    return { form: "state", operand, reduction: reduction ?? "each", comparison, during: this.during() };
  }

  private recovery(metric: Name): Check {
    const operand = this.call(metric);
    this.expect("within", '"within", as in "recovered(load-test) within 2m of 12m30s"');
    const limit = this.time();
    this.expect("of", '"of" and the time from which it counts');
    return { form: "recovery", operand, limit, since: this.time() };
  }

  private reduced(): Operand {
    this.expect("(", '"("');
    const operand = this.call(this.name("a metric"));
    this.expect(")", '")"');
    return operand;
  }

  private call(metric: Name): Operand {
    this.expect("(", '"(" with a component, as in "ready(proxysql)"');
    const component = this.name("a component");
    const qualifiers: Name[] = [];
    while (this.accept(",")) qualifiers.push(this.name("a zone or a class of requests"));
    this.expect(")", '")", or "," with a zone or a class of requests');
    return { metric, component, qualifiers };
  }

  private tagged(metric: Name): Operand {
    let component: Name | undefined;
    const qualifiers: Name[] = [];
    if (this.accept("{")) {
      do {
        const tag = this.name("a tag, as in {load:load-test}");
        if (!TAGS.includes(tag.text)) throw unknown(tag, "tag", TAGS);
        this.expect(":", '":"');
        const value = this.name("a name");
        if (tag.text === "load" || tag.text === "component") component = value;
        else qualifiers.push(value);
      } while (this.accept(","));
      this.expect("}", '"}" or ","');
    }
    return { metric, component, qualifiers };
  }

  private aggregate(): Aggregate {
    const name = this.name(`${oneOf(AGGREGATES)} or p(95)`);
    const percentile = /^p(\d+)$/.exec(name.text);
    if (percentile !== null)
      throw new TextMistake(name.at, `unknown aggregation "${name.text}"`, `"p(${percentile[1]})"`);
    if (name.text !== "p") {
      const known = AGGREGATES.find((each) => each === name.text);
      if (known === undefined) throw unknown(name, "aggregation", [...AGGREGATES, "p(95)"]);
      return { name: known };
    }
    this.expect("(", '"(", as in p(95)');
    const { at, text } = this.take();
    const percent = readNumber(text === "" ? undefined : Number(text), 0, 100, false);
    if (percent instanceof Mistake)
      throw new TextMistake(at, `${JSON.stringify(text)} is not a percentile`, "p(0) to p(100)");
    this.expect(")", '")"');
    return { name: "p", percent };
  }

  private comparison(): Comparison {
    const sign = this.take();
    const comparator = comparatorOf(sign.text);
    if (comparator === undefined) throw mistaken(sign, `a comparison: ${oneOf(COMPARATORS)}`);
    const value = this.take();
    if (value.sort !== "number" && value.sort !== "word") throw mistaken(value, "a number, as in 50%, 300 or 6s");
    if (value.text.startsWith("-")) throw new TextMistake(value.at, `${value.text} is negative`, "a number from 0 on");
    const of = this.accept("of") ? this.name("a setting or a level, as in 95% of max_connections") : undefined;
    return { comparator, value: { text: value.text, at: value.at }, of };
  }

  private during(): During {
    if (this.accept("within")) return { sort: "total", ...this.window() };
    if (!this.accept("for")) return { sort: "run" };
    if (this.accept("all")) {
      this.expect("of", `"of" and ${WINDOW}`);
      return { sort: "all", ...this.window() };
    }
    const length = this.time();
    const window = this.accept("within") ? this.window() : { from: 0, until: Number.POSITIVE_INFINITY };
    return { sort: "stretch", length, ...window };
  }

  private window(): { from: Micros; until: Micros } {
    const at = this.next.at;
    const from = this.time();
    this.expect("..", `".." and the end of the window, ${WINDOW}`);
    const until = this.time();
    if (until <= from) throw new TextMistake(at, "the window ends before it begins", WINDOW);
    return { from, until };
  }

  private time(): Micros {
    const token = this.take();
    if (token.sort !== "number") throw mistaken(token, 'a time such as "2m" or "12m30s"');
    const time = readDuration(token.text === "0" ? "0s" : token.text);
    if (time instanceof Mistake) throw new TextMistake(token.at, time.wrong, time.right);
    return time;
  }

  private name(right: string): Name {
    const token = this.take();
    if (token.sort !== "word") throw mistaken(token, right);
    return { text: token.text, at: token.at };
  }

  private end(right: string): void {
    if (this.next.sort !== "end") throw this.unexpected(right);
  }

  private expect(text: string, right: string): void {
    if (!this.accept(text)) throw this.unexpected(right);
  }

  private accept(text: string): boolean {
    const matches = this.next.text === text && this.next.sort !== "end";
    if (matches) this.position++;
    return matches;
  }

  private take(): Token {
    const token = this.next;
    if (token.sort !== "end") this.position++;
    return token;
  }

  private unexpected(right: string): TextMistake {
    return mistaken(this.next, right);
  }

  private get next(): Token {
    return this.tokens[this.position]!;
  }
}

function comparatorOf(text: string): Comparator | undefined {
  return text === "===" ? "==" : COMPARATORS.find((each) => each === text);
}

function mistaken(token: Token, right: string): TextMistake {
  const wrong = token.sort === "end" ? "the text ends too early" : `${JSON.stringify(token.text)} is out of place`;
  return new TextMistake(token.at, wrong, right);
}
