/** A class of requests: what people ask for, as the components behind the load need to know it. */
export interface RequestClass {
  readonly name: string;
  /** The MySQL user that its statements run as; ProxySQL's `mysql_users` gives it a hostgroup. */
  readonly username: string;
  /** Statements that one call runs, one after the other. */
  readonly queries: number;
  /** Whether a statement writes, and so takes part in a group commit. */
  readonly writes: boolean;
  /** Rows that its statements lock, as the name of a hot row, or "" for none. */
  readonly locks: string;
}
