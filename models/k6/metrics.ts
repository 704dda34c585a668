/** What k6 keeps of a metric: a sum, the latest value, a share of yeses, or all values. */
export type MetricType = "counter" | "gauge" | "rate" | "trend";

/** The built-in metrics of k6 that a test run here has (metrics/builtin.go). */
export const METRICS = {
  http_reqs: "counter",
  http_req_duration: "trend",
  "http_req_duration{expected_response:true}": "trend",
  http_req_blocked: "trend",
  http_req_connecting: "trend",
  http_req_failed: "rate",
  iterations: "counter",
  iteration_duration: "trend",
  dropped_iterations: "counter",
  vus: "gauge",
  vus_max: "gauge",
  checks: "rate",
  data_received: "counter",
  data_sent: "counter",
} as const satisfies Readonly<Record<string, MetricType>>;

export type MetricName = keyof typeof METRICS;

/** What a threshold may ask of a metric of each type (metrics/metric_type.go). `rate` of a counter is per second. */
export const METHODS = {
  counter: ["count", "rate"],
  gauge: ["value"],
  rate: ["rate"],
  trend: ["avg", "min", "max", "med", "p"],
} as const satisfies Readonly<Record<MetricType, readonly Method[]>>;

export type Method = "count" | "rate" | "value" | "avg" | "min" | "max" | "med" | "p";
