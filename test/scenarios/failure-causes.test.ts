import { expect, test } from "vitest";
import type { FailureSample } from "../../models/load/failure-sample.ts";
import { type Entry, type JournalId, NONE } from "../../sim/record/journal.ts";
import { TIMED_OUT } from "../../sim/service.ts";
import { type Simulation, Simulation as World } from "../../sim/simulation.ts";
import { CASES, type Case, caseOf } from "./every-scenario.ts";
