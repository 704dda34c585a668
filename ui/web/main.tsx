import { render } from "preact";
import { App } from "./app.tsx";
import { followHash } from "./route.ts";
import { applySettings } from "./settings.ts";

applySettings();
followHash();
render(<App />, document.getElementById("app")!);
