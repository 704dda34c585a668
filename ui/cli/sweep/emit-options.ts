import { type Command, Option } from "commander";
import { withoutOptions, withoutWhere } from "../crew/study-options.ts";
import { EXIT, type ExitCode, WrongInput } from "../exit-code.ts";
import { wholeNumber } from "../run-options.ts";
import type { ScenarioFile } from "../scenario-file.ts";
import { kubernetesJob } from "./kubernetes-job.ts";

/** Whether a study is written down for somebody else to do, rather than done. */
export interface EmitOptions {
  readonly emit?: "kubernetes";
  readonly shards?: number;
  readonly image?: string;
  readonly claim?: string;
}

const STANDARD_SHARDS = 4;
const MOST_SHARDS = 10_000;
const EMIT = ["--emit", "--shards", "--image", "--claim"];
/** Files of the answer, which a shard does not have. */
const ANSWERS = ["--json", "--csv", "--times"];

/** Adds what writes a study down for a cluster. */
export function withEmit(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--emit <what>",
        "run nothing, and print a manifest for kubectl apply: an Indexed Job of shards",
      ).choices(["kubernetes"]),
    )
    .addOption(
      new Option("--shards <n>", `pods of the Job (default: ${STANDARD_SHARDS})`).argParser(
        wholeNumber(1, MOST_SHARDS),
      ),
    )
    .option("--image <image>", "the image of the pods, with brownout in its path and a shell")
    .option("--claim <name>", "the PersistentVolumeClaim for results (default: a new one, ReadWriteMany)");
}

/** Prints the manifest of the study that the arguments of a command ask for. */
export function emitKubernetes({ input }: ScenarioFile, options: EmitOptions, args: readonly string[]): ExitCode {
  const { shards = STANDARD_SHARDS, image, claim } = options;
  if (image === undefined) {
    throw new WrongInput("--emit kubernetes: expected --image, too, such as registry.example/brownout:0.1.0");
  }
  if (claim !== undefined && !(claim.length <= 253 && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(claim))) {
    throw new WrongInput(`--claim ${claim}: expected the name of a PersistentVolumeClaim, such as sweep-results`);
  }
  const words = withoutOptions(withoutWhere(args), [...EMIT, ...ANSWERS]);
  const at = words.indexOf(input.file);
  const study = words.filter((_, index) => index !== at);
  process.stdout.write(kubernetesJob({ input, args: study, shards, image, claim }));
  return EXIT.asExpected;
}
