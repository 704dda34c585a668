import type { Fact } from "../../../scenarios/experiment/story.ts";
import type { SeriesName } from "../../../scenarios/recording/bins.ts";
import type { Header } from "../../../scenarios/recording/header.ts";

/** The series that shows a fact, by its name "noti-db Threads_connected", and the limit that it reached. */
export interface Evidence {
  readonly name: string;
  readonly series: SeriesName;
  readonly limit: number | undefined;
}

/** What shows each fact best. Any series of the component will do for the others. */
const SHOWN_BY: Readonly<Record<string, { readonly metric: string; readonly limit?: string }>> = {
  "connection-limit-reached": { metric: "Threads_connected", limit: "max_connections" },
  "client-limit-reached": { metric: "connected_clients", limit: "maxclients" },
  "pool-at-max_connections": { metric: "ConnUsed", limit: "max_connections" },
  "server-shunned": { metric: "ConnERR" },
  "frontend-full": { metric: "Client_Connections_connected", limit: "max_connections" },
  "readiness-probe-fails": { metric: "ready" },
  "new-pods-not-ready": { metric: "ready" },
  "pod-unready": { metric: "ready" },
  "pods-pending": { metric: "pending" },
  scaled: { metric: "replicas" },
  rescaled: { metric: "replicas" },
  "no-ready-endpoints": { metric: "ready_endpoints" },
  "few-endpoints-take-all": { metric: "ready_endpoints" },
  "bandwidth-saturated": { metric: "bytes" },
  "packets-dropped": { metric: "dropped" },
  "workers-all-busy": { metric: "busy" },
  "cores-all-busy": { metric: "busy" },
  "event-loop-busy": { metric: "busy" },
  "queue-full": { metric: "waiting" },
  "pool-exhausted": { metric: "pending" },
  "outage-partial": { metric: "http_req_failed" },
  "outage-complete": { metric: "http_req_failed" },
  "load-begins": { metric: "attempts" },
  "load-changes": { metric: "attempts" },
  "users-begin": { metric: "attempts" },
  "users-change": { metric: "attempts" },
  "all-vus-busy": { metric: "dropped_iterations" },
  "too-few-vus": { metric: "dropped_iterations" },
};

/** What shows a fact; undefined where nothing about its component was recorded. */
export function evidenceOf({ fact, component, figures }: Fact, header: Header): Evidence | undefined {
  const { metric, limit } = SHOWN_BY[fact] ?? {};
  const found = seriesOf(component, metric, header);
  return found && { ...found, limit: limit === undefined ? undefined : figures[limit] };
}

/** What shows a check: the series that it names, or else that of what was the case when it broke. */
export function evidenceOfCheck(check: string, fact: Fact | undefined, header: Header): Evidence | undefined {
  const component = componentIn(check, header);
  const metrics = [...header.gauges, ...header.counters].filter(({ path }) => path === component);
  const [named] = metrics
    .filter(({ name }) => isWordOf(name, check))
    .sort((a, b) => check.indexOf(a.name) - check.indexOf(b.name));
  if (named !== undefined) return withoutLimit(seriesOf(named.path, named.name, header));
  if (fact !== undefined) return evidenceOf(fact, header);
  return component === undefined ? undefined : withoutLimit(seriesOf(component, "http_req_failed", header));
}

/** The component that a check is about, by the longest path that its text names. */
export function componentIn(check: string, { components }: Header): string | undefined {
  const named = components.filter(({ path }) => isWordOf(path, check));
  return named.sort((a, b) => b.path.length - a.path.length)[0]?.path;
}

function isWordOf(name: string, text: string): boolean {
  return ` ${text} `.split(/[\s(){}:,]+/).includes(name);
}

function withoutLimit(found: Omit<Evidence, "limit"> | undefined): Evidence | undefined {
  return found && { ...found, limit: undefined };
}

/** A metric of a component, of its parts, of what it belongs to or of its first pod; else any of the component itself. */
function seriesOf(component: string, metric: string | undefined, header: Header): Omit<Evidence, "limit"> | undefined {
  const [pod = ""] = component.split("/");
  const owner = header.components.find(({ path }) => path === pod)?.parent ?? pod;
  const places = [component, `${pod}/endpoints`, pod, owner, `${owner}-0`];
  const lists = [
    { type: "gauge", metrics: header.gauges },
    { type: "counter", metrics: header.counters },
  ] as const;
  const find = (isMeant: (path: string, name: string) => boolean) => {
    for (const { type, metrics } of lists) {
      const index = metrics.findIndex(({ path, name }) => isMeant(path, name));
      if (index >= 0) return { name: `${metrics[index]!.path} ${metrics[index]!.name}`, series: { type, index } };
    }
    return undefined;
  };
  for (const place of metric === undefined ? [] : places) {
    const found = find((path, name) => path === place && name === metric);
    if (found !== undefined) return found;
  }
  return find((path) => path === component);
}
