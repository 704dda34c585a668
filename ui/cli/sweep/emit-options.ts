import { type Command, Option } from "commander";
import { show } from "../../../models/unit.ts";
import { withoutOptions, withoutWhere } from "../crew/study-options.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
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

/** What is wrong with the options, a line for each mistake. */
export function emitMistakes({ emit, shards, image, claim }: EmitOptions): string[] {
  if (emit === undefined) {
    const given = Object.entries({ shards, image, claim }).filter(([, value]) => value !== undefined);
    return given.map(([name]) => `--${name} is about a manifest: expected --emit kubernetes, too`);
  }
  const mistakes: string[] = [];
  if (image === undefined) mistakes.push(`--emit kubernetes: expected --image, too, such as ${AN_IMAGE}`);
  else if (image.length > LONGEST_IMAGE || !IMAGE.test(image)) {
    mistakes.push(`--image ${show(image)}: expected the name of an image, such as ${AN_IMAGE}`);
  }
  if (claim !== undefined && !(claim.length <= 253 && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(claim))) {
    mistakes.push(`--claim ${claim}: expected the name of a PersistentVolumeClaim, such as sweep-results`);
  }
  return mistakes;
}

const AN_IMAGE = "registry.example/brownout:0.1.0";
const LONGEST_IMAGE = 500;
/** Host and port, path, tag, digest (the grammar at github.com/distribution/reference). */
const IMAGE =
  /^(?:(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@[\w+.-]+:[0-9a-fA-F]{32,})?$/;

/** Prints the manifest of the study that the arguments of a command ask for; throws a WrongInput if it is too large. */
export function emitKubernetes({ input }: ScenarioFile, options: EmitOptions, args: readonly string[]): ExitCode {
  const { shards = STANDARD_SHARDS, image = AN_IMAGE, claim } = options;
  const words = withoutOptions(withoutWhere(args), [...EMIT, ...ANSWERS]);
  const at = words.indexOf(input.file);
  const study = words.filter((_, index) => index !== at);
  process.stdout.write(kubernetesJob({ input, args: study, shards, image, claim }));
  return EXIT.asExpected;
}
