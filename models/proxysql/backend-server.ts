import { assert } from "../../sim/assert.ts";
import { Component } from "../../sim/component.ts";
import { NO_EVENT } from "../../sim/event-queue.ts";
import { Counter } from "../../sim/record/counter.ts";
import type { Gauge } from "../../sim/record/gauge.ts";
import { type JournalId, NONE } from "../../sim/record/journal.ts";
