import { catchInterruptions } from "./interruption.ts";

// Before anything else is even read, which takes longer than to press Ctrl-C.
catchInterruptions();
const { obey } = await import("./crew/command-line.ts");
await obey(process.argv.slice(2));
