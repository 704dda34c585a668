declare module "virtual:catalogue" {
  import type { CatalogueEntry } from "./library/catalogue.ts";

  const entries: readonly CatalogueEntry[];
  export default entries;
}
