import { Deployment } from "../../models/kubernetes/deployment.ts";
import type { RecordedResult } from "../recording/recorded-result.ts";
import { type Recording, type RecordingSource, recordingOf } from "../recording/recording.ts";
import { ENGINE } from "./engine.ts";
import type { RunResult } from "./result.ts";
import type { Run } from "./run.ts";

/** Makes the recording of a run with its result, as far as it has come: what a player shows of it at any moment. */
export function recordingOfRun(run: Run, result: RunResult): Recording {
  const { scenario, world, seed, replication } = run;
  return recordingOf({
    simulation: world.sim,
    name: scenario.name,
    variant: scenario.variant ?? "",
    seed,
    replication,
    engine: ENGINE,
    components: placesOf(run),
    classes: world.classes.map(({ name }) => name),
    zones: world.zones,
    links: linksOf(run),
    result: recordedResultOf(result),
  });
}

function recordedResultOf(result: RunResult): RecordedResult {
  const { run, reached, duration, loads, checks, scaleOuts, limits, expect, asExpected, verdict } = result;
  const { components, goodput, journal, failedAttempts, digest } = result;
  const { title, overrides, inputHash } = run;
  const told = { reached, duration, components, loads, checks, scaleOuts, limits, expect, asExpected, verdict };
  return { title, overrides, inputHash, ...told, goodput, journal, failedAttempts, digest };
}

/** Each link once, in the order of the file. */
function linksOf({ scenario }: Run): RecordingSource["links"] {
  const links = [...scenario.components].flatMap(([from, { kind, options }]) =>
    kind.references(options).map(({ path }) => ({ from, to: path })),
  );
  const keys = links.map(({ from, to }) => `${from} ${to}`);
  return links.filter((_, at) => keys.indexOf(keys[at]!) === at);
}

/** What sort of component each is and where it stands; pods are where they are at the end of the run. */
function placesOf({ scenario, world }: Run): RecordingSource["components"] {
  const places = new Map<string, { kind?: string; parent?: string; zone?: string; node?: string }>();
  for (const node of world.nodes) {
    const zone = world.zones[node.zone];
    places.set(node.path, { kind: "node", ...(zone === undefined ? {} : { zone }) });
  }
  for (const [path, { component }] of world.built) {
    const { kind } = scenario.components.get(path)!.kind;
    places.set(path, { kind });
    if (!(component instanceof Deployment)) continue;
    for (const { container, node } of component.pods) {
      const at = world.nodes[node];
      const place = at === undefined ? {} : { node: at.path, ...places.get(at.path) };
      places.set(container.path, { ...place, kind: `${kind} pod`, parent: path });
    }
  }
  for (const { path } of world.sim.components) {
    const parent = path.slice(0, path.search(/[/#]|$/));
    if (!places.has(path) && places.has(parent)) places.set(path, { parent });
  }
  return places;
}
