import { measure } from "./measure.ts";
import { w1 } from "./w1.ts";
import { w2 } from "./w2.ts";
import { w3 } from "./w3.ts";

const [, , w, n, pending] = process.argv;
const N = Number(n);
const hold = w === "w3" ? w3(N, Number(pending)) : undefined;
const figures = measure(w!, hold ?? (() => (w === "w1" ? w1(N) : w2(N, w === "w2l" ? 5 : 0))));
console.log(JSON.stringify(figures));
