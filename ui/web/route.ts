import { signal } from "@preact/signals";

/** The pages that there are. */
const PAGES = ["library", "run", "compare", "sweep", "edit", "lesson", "about"] as const;
export type Page = (typeof PAGES)[number];

/** Where somebody is: a page, what it is of, and how it is looked at. All of it stands in the hash, so that it can be shared. */
export interface Route {
  readonly page: Page;
  /** The name of a scenario or lesson; empty if the page is of none. */
  readonly of: string;
  readonly view: Readonly<Record<string, string>>;
}

const HOME: Route = { page: "library", of: "", view: {} };

export const route = signal<Route>(routeIn(location.hash));

/** Follows the hash from now on. */
export function followHash(): void {
  addEventListener("hashchange", () => {
    route.value = routeIn(location.hash);
  });
}

/** "#/run/scale-out-cascade?t=42" -> its parts; what is no such thing leads home. */
function routeIn(hash: string): Route {
  const match = /^#\/(\w*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(hash);
  const page = PAGES.find((each) => each === match?.[1]);
  if (match === null || page === undefined) return HOME;
  return { page, of: decoded(match[2] ?? ""), view: Object.fromEntries(new URLSearchParams(match[3] ?? "")) };
}

export function hashOf({ page, of, view }: Route): string {
  if (page === "library") return "#/";
  const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== "")).toString();
  return `#/${page}${of === "" ? "" : `/${encodeURIComponent(of)}`}${query === "" ? "" : `?${query}`}`;
}

/** Goes somewhere; Back leads to where somebody was. */
export function go(to: Route): void {
  location.hash = hashOf(to);
}

/** Changes how the page is looked at, without a step for Back. */
export function look(view: Readonly<Record<string, string>>): void {
  route.value = { ...route.value, view: { ...route.value.view, ...view } };
  history.replaceState(null, "", hashOf(route.value));
}

/** Several values of one part of the hash, one a line: the changes in `set`, for one. */
export function linesOf(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split("\n");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
