import type { Kind } from "./kind.ts";
import { balancer } from "./kubernetes/kind.ts";
import { load } from "./load/kind.ts";
import { mysql } from "./mysql/kind.ts";
import { proxysql } from "./proxysql/kind.ts";
import { service } from "./service/kind.ts";

/** Every kind of component there is. A new one is one line here. */
export const KINDS: readonly Kind[] = [load, balancer, service, proxysql, mysql] as readonly Kind[];
