import { Option } from "commander";
import { WrongInput } from "../exit-code.ts";

/** Where a queue of jobs is: a Redis. */
export interface QueueAddress {
  /** With the password, if there is one: for the connection alone. */
  readonly url: string;
  /** What may be shown: protocol, host, port and number of the database, never a name or a password. */
  readonly shown: string;
}

const STANDARD_PORT = "6379";
const EXPECTED = "redis://host:6379, redis://:password@host:6379/0 or rediss://host:6379";

/** `--queue`: judged by `queueAddress` and not by the parser of options, which would quote a password. */
export function queueOption(about: string): Option {
  return new Option("--queue <address>", about).env("BROWNOUT_QUEUE");
}

/** Throws a WrongInput, which quotes nothing of an address that it cannot read: there may be a password in it. */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === "") {
    throw new WrongInput(`--queue: this is not the address of a Redis; expected ${EXPECTED}`);
  }
  if (!/^\/?\d{0,5}$/.test(url.pathname)) {
    throw new WrongInput(`--queue: after the port comes the number of a database; expected ${EXPECTED}`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw new WrongInput(`--queue: nothing can follow the number of the database; expected ${EXPECTED}`);
  }
  const database = url.pathname.length > 1 ? url.pathname : "";
  const shown = `${url.protocol}//${url.hostname}:${url.port || STANDARD_PORT}${database}`;
  return { url: text, shown };
}
