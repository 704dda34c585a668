/** A scenario with one of everything. Tests change a line of it and see what is said. */
export const CASCADE = `name: scale-out
title: Scaling out makes it worse
story: >
  A load test fills the limit of noti-db.
seed: "000"
duration: 15m
record: { every: 1s }
zones: [zone-a, zone-c]
nodes:
  - { group: pool, zone: zone-a, count: 2, bandwidth: { base: 1Gbit/s } }
  - { group: pool, zone: zone-c, count: 12 }
components:
  load-test:
    kind: load
    to: { api: 60%, edge: 40% }
    rate: 200/s
    classes:
      - { name: main, share: 70%, work: lognormal median 4ms p99 40ms }
      - { name: noti, share: 30%, work: uniform 0s..5s }
    zones: { zone-a: 50%, zone-c: 50% }
  api: { kind: service, replicas: 20, sends: proxysql, nodes: pool }
  edge: { kind: service, replicas: 8, sends: proxysql }
  proxysql:
    kind: proxysql
    replicas: 9
    mysql_servers:
      - { hostname: noti-db, max_connections: 2000 }
      - { hostname: main-db }
    readinessProbe:
      asks: noti-db
      periodSeconds: 10
  noti-db: { kind: mysql, max_connections: 2000 }
  main-db: { kind: mysql, max_connections: 9000, fsync: 1ms }
timeline:
  - { at: 4m, do: ramp, target: load-test.rate, to: 3000/s, over: 1m, as: load-rises }
  - { when: Threads_connected(noti-db) >= 95% of max_connections, for: 20s, do: scale, target: api, to: 60, as: alarm }
  - { after: alarm + 30s, do: scale, target: proxysql, to: 43, as: add-proxies, because: more must help }
  - { at: 12m, do: set, target: load-test.rate, to: 200/s }
checks:
  - ready(proxysql) >= 50% for all of 2m..15m
  - http_req_failed{load:load-test} rate < 1%
  - http_req_duration p(95) < 6s
  - recovered(load-test) within 2m of 12m30s
expect: fails
figures:
  load-test: case
  api: case
  edge: case
  proxysql: case
  noti-db.max_connections: assumed 1000..4000 (not stated)
  main-db: assumed 1ms..9000 (not stated)
  nodes: assumed 1..20
variants:
  lean-pools:
    about: Pools that keep less.
    set: { proxysql.mysql_servers.*.max_connections: 100 }
    expect: holds
  no-scale-out:
    without: [add-proxies]
    timeline:
      - { after: alarm, do: restart, target: api }
    checks:
      - goodput(load-test) >= 95%
  both: { of: [lean-pools, no-scale-out], set: { timeline.alarm.to: 30, proxysql.routing: same-zone } }
`;
