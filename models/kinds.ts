import { cache } from "./cache/kind.ts";
import { celery } from "./celery/kind.ts";
import { disk } from "./disk/kind.ts";
import { envoy } from "./envoy/kind.ts";
import { haproxy } from "./haproxy/kind.ts";
import { floatingAddress, keepalived } from "./keepalived/kind.ts";
import type { Kind } from "./kind.ts";
import { autoscaler } from "./kubernetes/autoscaler-kind.ts";
import { balancer } from "./kubernetes/kind.ts";
import { load } from "./load/kind.ts";
import { machine } from "./machine/kind.ts";
import { mysql } from "./mysql/kind.ts";
import { nginx } from "./nginx/kind.ts";
import { orchestrator } from "./orchestrator/kind.ts";
import { proxysql } from "./proxysql/kind.ts";
import { redis } from "./redis/kind.ts";
import { service } from "./service/kind.ts";
import { sqlite } from "./sqlite/kind.ts";

/** Every kind of component there is. A new one is one line here. */
export const KINDS: readonly Kind[] = [
  load,
  balancer,
  service,
  proxysql,
  mysql,
  redis,
  celery,
  sqlite,
  cache,
  machine,
  disk,
  orchestrator,
  nginx,
  haproxy,
  envoy,
  floatingAddress,
  keepalived,
  autoscaler,
] as readonly Kind[];
