import { render } from "preact";
import { App } from "./app.tsx";
import { openCarriedRun } from "./files/carried-run.ts";
import { followHash } from "./route.ts";
import { applySettings } from "./settings.ts";

applySettings();
followHash();
void openCarriedRun();
render(<App />, document.getElementById("app")!);
