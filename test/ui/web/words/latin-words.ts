/** Names of products, settings and units, and words that Korean engineers use as they are. */
const ALLOWED = new Set(
  `Brownout English ProxySQL MySQL MariaDB Kubernetes HAProxy nginx Envoy keepalived orchestrator Redis Celery SQLite k6
  Node Linux HTTP TCP SYN RST DNS URL YAML CSV SVG PNG HTML GIF WebM JSON CI CPU I O VU VUs iteration iterations probe
  readiness liveness ready scale replica rollout drain shun monitor event loop queue accept backlog worker cache credit
  timeout command thread polling source binary log advert priority INIT BACKUP MASTER FAULT check host up down upstream circuit breaker
  bulkhead outlier handshake segment sync ping goodput seed Wilson Mbit Gbit s ms µs MB GB kB bytes p50 p95 p99 mysql insert
  sleep socket core somaxconn net load pods inbound outbound node hostgroup hostgroups executor endpoints queueLimit Queue
  limit reached retry budget cookie listen autoscaler dropped Pending cordon mysql2
  resolver disruption threshold startup kill maxclients maxmemory EADDRNOTAVAIL OOM read-only FULL Shift Page Up Down Home End Esc
  Enter Space Tab Alt Ctrl`.split(/\s+/),
);

/** Latin words in a text that are neither allowed nor names of the scenario. */
export function foreignWords(text: string, names: ReadonlySet<string> = new Set()): string[] {
  const own = text.replace(/\("[^"]*"\)/g, "").replace(/[\w.*-]+=\S*|(?<!\w)\.\w[\w.]*/g, "");
  return (own.match(/[A-Za-z][\w./-]*/g) ?? []).filter((word) => {
    const parts = word.split(/[./]|-(?=\d)/).filter((part) => !/^[\d.]*$/.test(part));
    const isName = (part: string) =>
      names.has(part) || ALLOWED.has(part) || part.length === 1 || /_|[a-z][A-Z]/.test(part);
    return !isName(word) && !names.has(word.replace(/-\d+$/, "")) && !parts.every(isName);
  });
}
