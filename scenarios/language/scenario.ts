import type * as z from "zod";
import type { Kind } from "../../models/kind.ts";
import type { file } from "./schema.ts";

/** A file whose fields are valid; its components are not judged yet. */
export type FileOutput = z.output<typeof file>;

/** One component of a scenario: its kind, and its options as that kind has validated them. */
export interface Part {
  readonly kind: Kind;
  readonly options: unknown;
}

/**
 * A scenario that has been found valid: plain data, in the units that the models count in, with all defaults.
 * The only objects in it are the distributions.
 */
export type Scenario = Readonly<Omit<FileOutput, "components" | "variants">> & {
  /** By path, in the order of the file. */
  readonly components: ReadonlyMap<string, Part>;
  /** The variant that has been applied; undefined for the scenario as it stands. */
  readonly variant: string | undefined;
  /** The variants that there are, with what each is about. */
  readonly variants: readonly VariantSummary[];
};

interface VariantSummary {
  readonly name: string;
  readonly about: string;
  readonly expect: FileOutput["expect"];
  /** Whether figures were reported of it. */
  readonly isReported: boolean;
}
