import type { Explanation } from "../../../scenarios/experiment/explanation.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Player } from "./player.ts";

/** What a part of the story needs: the run, who plays it, and its story in the language of the page. */
export interface StoryProps {
  readonly recording: Recording;
  readonly player: Player;
  readonly story: Explanation;
}
