import type { Figures } from "./measure.ts";
import { figuresOf } from "./own-process.ts";

/** One engine on one workload, as the command that runs it in a process of its own. */
interface Contender {
  name: string;
  command: string;
  args: string[];
}

/** A workload and all who run it. The sizes are such that each run takes a second or less, once warm. */
interface Race {
  name: string;
  contenders: Contender[];
}

/** What a contender needed for an event, over all rounds. */
export interface Standing {
  race: string;
  name: string;
  fastest: number;
  median: number;
  last: Figures;
}

/** The races: workload, size for the kernel and the limit, the limit's variants that can be best, sizes for rivals. */
const PROGRAMME = [
  { w: ["w1", "10000000"], variants: ["quadlazy", "bin"], rivals: { simjs: "200000", simscript: "2000" } },
  { w: ["w2", "4000000"], variants: ["br", "cal", "lane"], rivals: { simjs: "50000", simscript: "2000" } },
  { w: ["w2l", "3000000"], variants: ["br", "cal", "lane"], rivals: {} },
  { w: ["w3", "10000000", "100"], variants: ["br", "cal"], rivals: {} },
  { w: ["w3", "10000000", "10000"], variants: ["br", "cal"], rivals: {} },
  { w: ["w3", "2000000", "1000000"], variants: ["quadlazy", "lane"], rivals: {} },
] as const;

export function races(program: string, limit: string | undefined): Race[] {
  return PROGRAMME.map(({ w: [w, n, ...pending], variants, rivals }) => {
    const own = (...args: string[]) => ({ command: process.execPath, args: [program, ...args, "--json"] });
    const contenders: Contender[] = [{ name: "kernel", ...own(w, n, ...pending) }];
    if (limit !== undefined) {
      for (const v of variants) contenders.push({ name: `limit ${v}`, command: limit, args: [w, v, n, ...pending] });
    }
    for (const [rival, size] of Object.entries(rivals)) contenders.push({ name: rival, ...own(`${rival}-${w}`, size) });
    return { name: [w, ...pending].join(" "), contenders };
  });
}

/** Lets the contenders run in turn, A B A B, so that a slow minute of the machine hits all alike. */
export function run({ name, contenders }: Race, rounds: number): Standing[] {
  const all = contenders.map((): Figures[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, { command, args }] of contenders.entries()) all[at]!.push(figuresOf(command, args));
  }
  return contenders.map((contender, at) => {
    const figures = all[at]!;
    const sorted = figures.map(({ ns }) => ns).sort((a, b) => a - b);
    const [fastest = Number.NaN] = sorted;
    return { race: name, name: contender.name, fastest, median: sorted[rounds >> 1]!, last: figures[0]! };
  });
}
