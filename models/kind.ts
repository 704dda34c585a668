import type * as z from "zod";
import type { Component } from "../sim/component.ts";
import type { Act, Deed } from "./deed.ts";
import type { CallClass } from "./load/class-options.ts";
import type { Mechanism } from "./mechanism.ts";
import type { World } from "./world.ts";

/** What a kind of component is, in one place: its options, what its facts mean, and how it is built. */
export interface Kind<Options extends z.ZodType = z.ZodType> {
  readonly kind: string;
  /** One sentence for the reference and the editor's hover. */
  readonly about: string;
  /** Every option with its meaning (`describe`), unit, default and source. */
  readonly options: Options;
  /** What others can ask of it. Default: nothing. */
  serves?(options: z.output<Options>): readonly Role[];
  /** Classes of calls that the options declare. Default: none. */
  classes?(options: z.output<Options>): readonly CallClass[];
  /** Paths of other components that the options name, each with what is asked of it there. */
  references(options: z.output<Options>): readonly Reference[];
  /** The most replicas that it may give to other components, by path. Default: none. */
  replicas?(options: z.output<Options>): Readonly<Record<string, number>>;
  /** What can be done to it while the run goes on. Default: nothing. */
  readonly deeds?: readonly Deed["do"][];
  /** The parameters that `set` and `ramp` can change. */
  readonly live?: readonly string[];
  /** Further ones, named after parts of its options: "mysql_servers.db.max_connections". Default: none. */
  liveIn?(options: z.output<Options>): readonly string[];
  /** What it does by itself that can keep an outage going, each with a live parameter that stops it. Default: nothing. */
  mechanisms?(options: z.output<Options>): readonly Mechanism[];
  /** Live parameters that are hard limits, which operators raise in need, and what they are. Default: none. */
  limits?(options: z.output<Options>): Readonly<Record<string, number>>;
  /** What is allowed, but hardly meant. Default: nothing. */
  advice?(options: z.output<Options>): readonly Advice[];
  /** What its journal entries say; `{name}` stands for a figure, `{component}` for the component's path. */
  readonly facts: Readonly<Record<string, string>>;
  /** Builds the component (and its parts) at a path. Others may not exist yet: look them up in `connect`. */
  build(world: World, path: string, options: z.output<Options>): Built;
}

/** A built component and what is left to do once all exist. */
export interface Built {
  readonly component: Component;
  /** Looks up the components that it refers to. Called once, when all components exist. */
  connect(): void;
  /** Begins its activity at time zero. Called once, when all are connected. */
  start(): void;
  /** Does to it what its kind's `deeds` name. */
  readonly act?: Act;
}

/**
 * What a component can be asked for: calls over HTTP, MySQL sessions, pods to balance over (all of which take calls over
 * HTTP: http-pods), Redis commands, tasks to be done later, statements on a file of SQLite, the configuration of a
 * ProxySQL, an instance of VRRP, a binary log to replicate, reads and syncs of a disk, cores that others share.
 */
export type Role =
  | "http"
  | "mysql"
  | "pods"
  | "http-pods"
  | "redis"
  | "tasks"
  | "sqlite"
  | "proxysql"
  | "vrrp"
  | "binlog"
  | "disk"
  | "machine";

export interface Reference {
  /** Where in the options it stands: ["to", "api"]. */
  readonly at: readonly (string | number)[];
  readonly path: string;
  /** It must serve one of these. */
  readonly needs: readonly Role[];
  /** The two ask each other, so that a circle is nothing wrong. */
  readonly mutual?: boolean;
}

/** A warning about options that are valid. */
export interface Advice {
  /** Where in the options it stands. */
  readonly at: readonly (string | number)[];
  readonly wrong: string;
  /** Completes "expected ...". */
  readonly right: string;
}

/** Declares a kind; keeps the type of its options. */
export function defineKind<Options extends z.ZodType>(kind: Kind<Options>): Kind<Options> {
  return kind;
}
