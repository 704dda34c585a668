import type { FunctionComponent } from "preact";
import { Header } from "./header.tsx";
import { Later } from "./later.tsx";
import { LibraryPage } from "./library/library-page.tsx";
import { type Page, route } from "./route.ts";

/** A page is told what it is of. */
type PageComponent = FunctionComponent<{ of: string }>;

/** The library stands in the page itself; everything else is fetched when somebody goes there. */
const PAGES: Partial<Readonly<Record<Page, () => Promise<PageComponent>>>> = {
  edit: async () => (await import("./edit/edit-page.tsx")).EditPage,
  run: async () => (await import("./replay/replay-page.tsx")).ReplayPage,
  compare: async () => (await import("./compare/compare-page.tsx")).ComparePage,
  sweep: async () => (await import("./sweep/sweep-page.tsx")).SweepPage,
};

export function App() {
  const { page, of } = route.value;
  const load = PAGES[page];
  return (
    <>
      <Header />
      <main>{load === undefined ? <LibraryPage /> : <Later key={page} load={load} of={of} />}</main>
    </>
  );
}
