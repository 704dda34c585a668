import { InvalidArgumentError } from "commander";

/** One of several equal parts of a study: the second of three. */
export interface Shard {
  /** Counted from 1. */
  readonly index: number;
  readonly of: number;
}

const MOST_SHARDS = 10_000;

/** "2/3". */
export function readShard(value: string): Shard {
  const [, index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(value) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index <= shard.of && shard.of <= MOST_SHARDS) return shard;
  throw new InvalidArgumentError(`Expected such as 2/3 for the second of three parts, of at most ${MOST_SHARDS}.`);
}

export function shardInWords({ index, of }: Shard): string {
  return `${index}/${of}`;
}

/**
 * Which jobs of a round are the shard's own, by their ids. The shards have as many each, give or take one, and no shard
 * all jobs of one sort: they are dealt out in the order of their ids, which is as good as chance and always the same.
 */
export function ownOf({ index, of }: Shard, ids: Iterable<string>): ReadonlySet<string> {
  const sorted = [...new Set(ids)].sort();
  return new Set(sorted.filter((_, at) => at % of === index - 1));
}
