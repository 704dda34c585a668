/** What the autoscaler knows of one pod that is neither gone nor terminating. */
export interface PodUsage {
  /** ready: it counts. ignored: pending, or too young to say anything. missing: there is no metric of it. */
  readonly group: "ready" | "ignored" | "missing";
  /** What it uses; 0 where nothing is known. */
  readonly usage: number;
  /** What 100 % of it is: its request of the resource; 1 for a metric that has no request. */
  readonly request: number;
}

/** What the pods should be at: a share of their requests (CPU), or an average over the pods. */
export interface MetricTarget {
  readonly type: "utilization" | "averageValue";
  readonly value: number;
}

/** Several readings of the pods give one: whole per cent, or thousandths, as the API counts them. */
const PERCENT = 100;
const MILLI = 1000;

/** How far the pods are from their target: 1 is on target. Whole per cent, or thousandths, as the API counts. */
export function usageRatio(pods: readonly PodUsage[], { type, value }: MetricTarget): number {
  const usage = pods.reduce((sum, pod) => sum + pod.usage, 0);
  const request = pods.reduce((sum, pod) => sum + pod.request, 0);
  if (type === "utilization") return Math.trunc((usage * PERCENT) / request + ROUNDING) / (value * PERCENT);
  return Math.trunc((usage * MILLI) / pods.length + ROUNDING) / (value * MILLI);
}

/** Sums of shares that should be whole may fall short by the last bit. */
const ROUNDING = 1e-9;

/**
 * How many replicas the metric of these pods asks for; undefined where no pod that counts has one.
 *
 * Within the tolerance nothing changes. Pods without a metric count as fully used when that could take replicas away,
 * and as idle when it could add some; pods that are ignored count as idle when some would be added. What turns the
 * direction round changes nothing. Source: kubernetes replica_calculator.go, GetResourceReplicas and
 * calcPlainMetricReplicas.
 */
export function replicasFor(
  current: number,
  pods: readonly PodUsage[],
  target: MetricTarget,
  tolerance: number,
): number | undefined {
  const of = (group: PodUsage["group"]) => pods.filter((pod) => pod.group === group);
  const [ready, ignored, missing] = [of("ready"), of("ignored"), of("missing")];
  if (ready.length === 0) return undefined;
  const ratio = usageRatio(ready, target);
  const rebalanced = ignored.length > 0 && ratio > 1;
  if (!rebalanced && missing.length === 0) {
    return Math.abs(1 - ratio) <= tolerance ? current : Math.ceil(ratio * ready.length);
  }
  const full = (pod: PodUsage) => (target.type === "utilization" ? pod.request : target.value);
  // Of CPU exactly on target the controller leaves them out, of other metrics it does not.
  const counted = ratio === 1 && target.type === "utilization" ? [] : missing;
  const assumed = counted.map((pod) => ({ ...pod, usage: ratio < 1 ? full(pod) : 0 }));
  const idle = rebalanced ? ignored.map((pod) => ({ ...pod, usage: 0 })) : [];
  const all = [...ready, ...assumed, ...idle];
  const again = usageRatio(all, target);
  const turns = (ratio < 1 && again > 1) || (ratio > 1 && again < 1);
  if (Math.abs(1 - again) <= tolerance || turns) return current;
  const replicas = Math.ceil(again * all.length);
  const isReversed = (again < 1 && replicas > current) || (again > 1 && replicas < current);
  return isReversed ? current : replicas;
}
