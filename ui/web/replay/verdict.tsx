import type { ComponentChildren } from "preact";
import { clock } from "../../../scenarios/experiment/clock.ts";
import { checkAmount } from "../../../scenarios/experiment/figures.ts";
import { type OutageClass, worstOutage } from "../../../scenarios/experiment/outage.ts";
import type { RecordedResult } from "../../../scenarios/recording/recorded-result.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { type Micros, SECOND } from "../../../sim/time.ts";
import { language } from "../settings.ts";
import { unitText } from "../words/journal-words.ts";
import { verdictText } from "../words/verdict-words.ts";
import { words } from "../words/words.ts";
import { componentIn, evidenceOfCheck } from "./evidence.ts";
import type { Player } from "./player.ts";
import { show } from "./selection.ts";

type Check = RecordedResult["checks"][number];

interface VerdictProps {
  readonly recording: Recording;
  readonly player: Player;
  /** False while the run is being computed. */
  readonly isWhole: boolean;
}

/** A shape for each outage, so that its colour need not tell it. */
export const GLYPHS: Readonly<Record<OutageClass, string>> = { none: "✓", partial: "◐", complete: "✕" };

/** How bad it got in large words, how many checks fail, what happened in a sentence, and each check, failed ones first. */
export function Verdict({ recording, player, isWhole }: VerdictProps) {
  const { value: say } = words;
  const { loads, checks, asExpected } = recording.result;
  const outage = worstOutage(loads.map((load) => load.outage));
  const failed = checks.filter(({ holds }) => !holds);
  const failedFirst = [...failed, ...checks.filter(({ holds }) => holds)];
  return (
    <section class="panel verdict" aria-label={say.verdict}>
      <div class="row verdict-head">
        {loads.length > 0 && (
          <p class="outcome" data-outage={outage}>
            <span aria-hidden="true">{GLYPHS[outage]}</span> {say.outages[outage]}
          </p>
        )}
        <p class={failed.length > 0 ? "tally failing" : "tally"}>
          {checks.length === 0
            ? say.noChecks
            : `${failed.length > 0 ? "✕" : "✓"} ${say.checksTold(failed.length, checks.length)}`}{" "}
          {isWhole ? <Expectation isMet={asExpected} /> : <span class="quiet">({say.soFar})</span>}
        </p>
      </div>
      <p>{verdictText(recording, language.value, isWhole)}</p>
      <ul class="checks" aria-label={say.checks}>
        {failedFirst.map((check) => (
          <CheckRow key={check.check} check={check} recording={recording} player={player} />
        ))}
      </ul>
    </section>
  );
}

function Expectation({ isMet }: { isMet: boolean }) {
  const { value: say } = words;
  return <span class="quiet">({isMet ? say.asExpected : say.notAsExpected})</span>;
}

function CheckRow({ check, recording, player }: { check: Check; recording: Recording; player: Player }) {
  const { value: say } = words;
  const { holds, censored, vacuous, firstBroken, unit } = check;
  const [glyph, word] = holds ? ["✓", say.holds] : censored ? ["?", say.undecided] : ["✕", say.fails];
  const since = holds ? null : (firstBroken ?? outageSince(check, recording));
  return (
    <li class="row check" data-holds={holds} data-broken={firstBroken}>
      <strong class="mark">
        <span aria-hidden="true">{glyph}</span> {word}
      </strong>
      <code>{check.check}</code>
      {vacuous ? <Part>{say.nothingToJudge}</Part> : <Part>{say.measured(amountText(check.measured, unit))}</Part>}
      {!vacuous && !holds && unit !== "outage" && <Part>{say.limit(amountText(check.limit, unit))}</Part>}
      {censored && <Part>{say.longerRun}</Part>}
      {since !== null && (
        <>
          <Part>{firstBroken === null ? say.outageSince(clock(since)) : say.firstBroken(clock(since))}</Part>
          <button
            type="button"
            aria-label={`${say.jumpTo(clock(since))}: ${check.check}`}
            onClick={() => showCheck(check, since, recording, player)}
          >
            {say.jump}
          </button>
        </>
      )}
    </li>
  );
}

function Part({ children }: { children: ComponentChildren }) {
  return <span class="quiet">{children}</span>;
}

/** "1,940 ms", or "complete outage". */
function amountText(value: number | null, unit: string): string {
  const { value: say } = words;
  if (value === null) return say.notWithin;
  const found = checkAmount(value, unit === "outage" ? unit : unitText(unit, language.value));
  return "amount" in found ? found.amount : say.outages[found.outage];
}

/** A check of a load that is judged over the whole run has no instant of its own: then that of the worst outage. */
function outageSince({ check }: Check, { header, result }: Recording): Micros | null {
  const component = componentIn(check, header);
  const worst = result.loads.find(({ path }) => path === component)?.worst;
  return worst ? worst.from * SECOND : null;
}

function showCheck({ check, because }: Check, at: Micros, { header, result }: Recording, player: Player): void {
  const fact = because === null ? undefined : result.journal[because];
  show(player, at, componentIn(check, header) ?? fact?.component, evidenceOfCheck(check, fact, header));
}
