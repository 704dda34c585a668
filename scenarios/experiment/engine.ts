/** The version of the engine: two results of one version with the same input are the same bit by bit. */
export const ENGINE = "brownout 0.1.0";
