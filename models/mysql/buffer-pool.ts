import { Component } from "../../sim/component.ts";
import { log, pow } from "../../sim/math.ts";
import type { Stream } from "../../sim/random.ts";
import type { Counter } from "../../sim/record/counter.ts";
import type { RequestId } from "../../sim/requests.ts";
import type { Outcome } from "../../sim/service.ts";
import { passOnCause } from "../cause.ts";
import type { Disk } from "../disk/disk.ts";
import { PAGE_READ } from "../verb.ts";
import type { World } from "../world.ts";
import type { MysqlOptions } from "./options.ts";

/** InnoDB's default page (innodb_page_size). */
const PAGE_BYTES = 16 * 1024;

/** Whoever needs pages. */
export interface PageReader {
  /** All pages that a statement needs are in memory. */
  loaded(request: RequestId): void;
}

/**
 * InnoDB's memory of pages. What is not there is read from the disk, one page after the other, and a statement waits.
 *
 * A page is there with the probability that the share of the working set that fits gives: as large where all pages are
 * read alike, larger where some are read again and again (the share to the power of 1 - locality, as for accesses that
 * follow Zipf's law). After a start the pool is empty and fills with what is read.
 */
export class BufferPool extends Component {
  private readonly reader: PageReader;
  private readonly disk: Disk;
  private readonly size: number;
  private readonly workingSet: number;
  private readonly locality: number;
  private readonly chance: Stream;
  private readonly requested: Counter;
  private readonly missed: Counter;
  /** Bytes of pages in it. */
  private filled = 0;
  /** Probability that a page is not there. */
  private missShare = 0;
  /** Pages until the next that is not there, itself included. */
  private untilMiss = Number.POSITIVE_INFINITY;
  /** By statement: pages that it still has to read from the disk. */
  private left = new Int32Array(0);
  /** Which life of the server it is: pages that an earlier one has asked for interest nobody. */
  private life = 0;

  constructor(world: World, path: string, options: MysqlOptions, disk: Disk, reader: PageReader) {
    super(world.sim, `${path}/buffer-pool`);
    const { record, streams } = world.sim;
    this.reader = reader;
    this.disk = disk;
    this.size = options.innodb_buffer_pool_size;
    this.workingSet = options.workingSet;
    this.locality = options.locality;
    this.chance = streams.stream(this.path, "misses");
    this.requested = record.counter(path, "Innodb_buffer_pool_read_requests", "pages");
    this.missed = record.counter(path, "Innodb_buffer_pool_reads", "pages");
    this.fill(Math.min(this.size, this.workingSet));
    this.untilMiss = this.drawGap();
  }

  /** Brings the pages of a statement into memory; true if they are all there, otherwise the reader hears later. */
  load(request: RequestId, pages: number): boolean {
    this.requested.add(pages);
    let misses = 0;
    for (this.untilMiss -= pages; this.untilMiss <= 0; this.untilMiss += this.drawGap()) misses++;
    if (misses === 0) return true;
    if (request >= this.left.length) this.grow(request);
    this.left[request] = misses;
    this.read(request);
    return false;
  }

  /** The server has ended; its memory is empty when it starts again. */
  clear(): void {
    this.life++;
    this.fill(0);
    this.untilMiss = this.drawGap();
  }

  override resume(read: RequestId, _outcome: Outcome, life: number): void {
    const { requests } = this.sim;
    const request = requests.tag[read]!;
    const isWanted = life === this.life;
    if (isWanted && requests.because[request] === -1) passOnCause(requests, read, request);
    requests.close(read);
    if (!isWanted) return;
    if (this.missShare > 0) this.fill(this.filled + PAGE_BYTES);
    this.left[request]!--;
    if (this.left[request]! > 0) this.read(request);
    else this.reader.loaded(request);
  }

  private read(request: RequestId): void {
    const { requests } = this.sim;
    const read = requests.open(this.now, PAGE_READ);
    requests.tag[read] = request;
    requests.origin[read] = requests.origin[request]!;
    this.missed.add();
    this.call(this.disk, read, this.life);
  }

  /** So many bytes of pages are there, or as many as fit. */
  private fill(bytes: number): void {
    this.filled = Math.min(this.size, this.workingSet, bytes);
    this.missShare = 1 - pow(this.filled / this.workingSet, 1 - this.locality);
    if (this.missShare === 0) this.untilMiss = Number.POSITIVE_INFINITY;
  }

  /** Each page is there or not by chance, so the gaps between misses are geometric. */
  private drawGap(): number {
    if (this.missShare === 0) return Number.POSITIVE_INFINITY;
    return 1 + Math.floor(log(this.chance.next()) / log(1 - this.missShare));
  }

  private grow(request: RequestId): void {
    const longer = new Int32Array(Math.max(256, 2 * request));
    longer.set(this.left);
    this.left = longer;
  }
}
