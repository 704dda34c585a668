import { assert } from "../../sim/assert.ts";
import { Constant } from "../../sim/distribution/constant.ts";
import type { Distribution } from "../../sim/distribution.ts";
import type { Stream } from "../../sim/random.ts";
import type { Micros } from "../../sim/time.ts";
import type { World } from "../world.ts";
import type { ClassOptions } from "./class-options.ts";
import type { LoadOptions } from "./load-options.ts";
import type { People, PersonId } from "./people.ts";
import { timeOfSteps } from "./request-class.ts";
import { Shares } from "./shares.ts";

/**
 * Decides what a person wants at the moment of their birth, every attribute from a stream of its own.
 *
 * So the n-th person is the same person in every configuration: what happens to people changes nothing of who comes
 * next, and another distribution for one attribute leaves all the others alone.
 */
export class Births {
  readonly classes: readonly ClassOptions[];
  /** By class of the load: index into the classes of the world. */
  readonly kinds: readonly number[];
  /** By class of the load: how long its steps take on average where nobody has to wait. */
  readonly stepTimes: readonly Micros[];
  /** Paths that people ask. */
  readonly addresses: readonly string[];
  private readonly classShares: Shares;
  private readonly zoneShares: Shares;
  private readonly addressShares: Shares;
  /** By class: index into the addresses, or -1 to draw one. */
  private readonly via: readonly number[];
  private readonly zones: readonly number[];
  private readonly demands: readonly Demand[];
  private readonly classStream: Stream;
  private readonly zoneStream: Stream;
  private readonly addressStream: Stream;

  constructor(world: World, path: string, options: LoadOptions) {
    const stream = (purpose: string) => world.sim.streams.stream(path, purpose);
    const { classes } = options;
    this.classes = classes;
    this.kinds = classes.map(({ name }) => world.classes.findIndex((one) => one.name === name));
    assert(!this.kinds.includes(-1), `${path}: the world does not know all of its request classes`);
    this.stepTimes = this.kinds.map((kind) => timeOfSteps(world.classes[kind]!, world.classes));
    this.classShares = new Shares(Object.fromEntries(classes.map(({ name, share }) => [name, share])));
    this.zoneShares = new Shares(options.zones);
    this.zones = this.zoneShares.names.map((name) => world.zones.indexOf(name));
    this.addressShares = new Shares(options.to);
    const vias = classes.flatMap(({ via }) => (via === undefined ? [] : [via]));
    this.addresses = [...new Set([...this.addressShares.names, ...vias])];
    this.via = classes.map(({ via }) => (via === undefined ? -1 : this.addresses.indexOf(via)));
    this.demands = DEMANDS.map(
      (name) =>
        new Demand(
          classes.map((one) => one[name]),
          stream(name),
        ),
    );
    this.classStream = stream("class");
    this.zoneStream = stream("zone");
    this.addressStream = stream("address");
  }

  /** Fills in the row of a person who has just been born; the class is drawn unless it is given. */
  endow(people: People, person: PersonId, given = -1): void {
    const drawn = this.classShares.at(this.classStream.next());
    const zone = this.zoneShares.at(this.zoneStream.next());
    const address = this.addressShares.at(this.addressStream.next());
    const kind = given < 0 ? drawn : given;
    const via = this.via[kind]!;
    const [cpu, work, waits, request, reply] = this.demands;
    people.kind[person] = kind;
    people.zone[person] = zone < 0 ? -1 : this.zones[zone]!;
    people.address[person] = via < 0 ? address : via;
    people.cpu[person] = cpu!.draw(kind);
    people.work[person] = work!.draw(kind);
    people.waits[person] = waits!.draw(kind);
    people.bytesIn[person] = request!.draw(kind);
    people.bytesOut[person] = reply!.draw(kind);
  }
}

const DEMANDS = ["cpu", "work", "waits", "request", "reply"] as const;

/** One attribute of people, by class. */
class Demand {
  private readonly byClass: readonly Distribution[];
  private readonly stream: Stream;
  /** Nothing is drawn where no class leaves anything to chance. */
  private readonly isCertain: boolean;

  constructor(byClass: readonly Distribution[], stream: Stream) {
    this.byClass = byClass;
    this.stream = stream;
    this.isCertain = byClass.every((distribution) => distribution instanceof Constant);
  }

  draw(kind: number): number {
    const distribution = this.byClass[kind]!;
    return Math.max(0, Math.round(this.isCertain ? distribution.mean : distribution.draw(this.stream)));
  }
}
