import { batch } from "@preact/signals";
import type { Micros } from "../../../sim/time.ts";
import { look } from "../route.ts";
import type { Evidence } from "./evidence.ts";
import type { Player } from "./player.ts";

/**
 * Shows an instant and what is to be seen there: the component in `sel` of the hash, and in `evidence` the series that
 * shows it ("noti-db Threads_connected").
 */
export function show(player: Player, at: Micros, component: string | undefined, evidence: Evidence | undefined): void {
  batch(() => {
    player.isPlaying.value = false;
    player.seek(at);
    look({ sel: component ?? "", evidence: evidence?.name ?? "" });
  });
}
