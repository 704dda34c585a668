import type { Input } from "../../../scenarios/experiment/input.ts";
import { inputOfFile, sourceOf } from "../files/run-source.ts";
import { hashOf, type Route } from "../route.ts";
import { changedScenario, wholeScenario } from "./scenario-link.ts";

/** What a link is to carry. */
export interface LinkWish {
  /** The moment, the selection and whatever else is only looked at. */
  readonly view: boolean;
  /** The whole text of a scenario, even where the difference to one of the library would do. */
  readonly wholeText: boolean;
}

/** What of the hash says which run it is; the rest says how it is looked at. Of other pages all of it is wanted. */
const WHICH_RUN = ["variant", "seed", "replication", "set"];

/** The address that shows others what is shown here; undefined where that is a recording, which no link can carry. */
export async function linkOf(route: Route, wish: LinkWish): Promise<string | undefined> {
  const hash = await hashFor(route, wish);
  return hash === undefined ? undefined : location.href.replace(/#.*$/, "") + hash;
}

async function hashFor(route: Route, { view, wholeText }: LinkWish): Promise<string | undefined> {
  const isKept = (key: string) => key !== "s" && (view || route.page !== "run" || WHICH_RUN.includes(key));
  const kept = Object.entries(route.view).filter(([key, value]) => isKept(key) && value !== "");
  const shown = { ...route, view: Object.fromEntries(kept) };
  if (!route.of.startsWith("@")) return hashOf(shown);
  const source = await sourceOf(route.of === "@file" ? "@again" : route.of, route.view.s);
  if (source === undefined || "recording" in source) return undefined;
  return hashOf({ ...shown, of: "@link", view: { ...shown.view, s: await scenarioPart(source.input, wholeText) } });
}

async function scenarioPart(input: Input, isWhole: boolean): Promise<string> {
  const change = isWhole ? undefined : await changedScenario(input, inputOfFile);
  return change ?? wholeScenario(input);
}
