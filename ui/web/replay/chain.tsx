import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { clock } from "../../../scenarios/experiment/clock.ts";
import { type Explanation, explanationOf, type Subject } from "../../../scenarios/experiment/explanation.ts";
import { foldRounds, type Loop, loopBefore } from "../../../scenarios/experiment/loop.ts";
import type { Fact } from "../../../scenarios/experiment/story.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import { language } from "../settings.ts";
import { GROUP_WORDS, journalIn } from "../words/journal-words.ts";
import { words } from "../words/words.ts";
import { Contributing, letterOf } from "./contributing.tsx";
import { evidenceOf } from "./evidence.ts";
import { Failures } from "./failures.tsx";
import { Glossary } from "./glossary.tsx";
import type { Player } from "./player.ts";
import { show } from "./selection.ts";
import { Sparkline } from "./sparkline.tsx";
import type { StoryProps } from "./story-props.ts";
import { Tries } from "./tries.tsx";

/** The chain of causes, from the action or limit that started it to the outage, and what contributed to it. */
export function Chain({ recording, player }: { recording: Recording; player: Player }) {
  const { value: speaks } = language;
  const told = useMemo(() => {
    const journal = journalIn(recording, speaks);
    const story = explanationOf({ ...recording.result, journal }, GROUP_WORDS[speaks]);
    const last = story?.chain.at(-1);
    return { story, loop: last && loopBefore(journal, last.id) };
  }, [recording, speaks]);
  if (told.story === undefined) return null;
  const props = { recording, player, story: told.story };
  const { value: say } = words;
  const { subject } = told.story;
  return (
    <section class="panel chain" aria-label={say.why}>
      <h2>{subject === undefined ? say.why : say.howItCame(subjectText(subject))}</h2>
      {subject === undefined ? <p>{nothingToTell(told.story)}</p> : <Steps {...props} loop={told.loop} />}
      <Contributing {...props} />
      <Failures {...props} />
      <Tries {...props} />
      <Glossary {...props} />
    </section>
  );
}

function subjectText(subject: Subject): string {
  const { value: say } = words;
  return "check" in subject ? say.breakOf(subject.check) : say.outageOf(subject.outage, subject.of);
}

function nothingToTell({ load }: Explanation): string {
  return load.outage === "none" ? words.value.nothingToExplain : words.value.notYetAnnounced;
}

/** The steps one after the other; the latest of those that have come to pass by now is marked. */
function Steps({ recording, player, story, loop }: StoryProps & { loop: Loop | undefined }) {
  const { chain } = story;
  const now = useComputed(() => chain.findLastIndex(({ at }) => at <= player.time.value));
  const step = (fact: Fact) => (
    <Step key={fact.id} fact={fact} isNow={chain[now.value] === fact} {...{ recording, player, story }} />
  );
  return (
    <>
      <p class="quiet">{words.value.asTheModel}</p>
      <ol class="steps">
        {foldRounds(chain).flatMap((row) =>
          "fact" in row
            ? [...(loop?.closes === row.fact ? [<LoopRow key="loop" loop={loop} />] : []), step(row.fact)]
            : [
                <li key={row.round[0]!.id} class="loop">
                  {words.value.loop(row.times)}
                </li>,
                ...row.round.map(step),
              ],
        )}
      </ol>
    </>
  );
}

/** A feedback: what led from one fact back to another of its sort. */
function LoopRow({ loop: { times, round, closes } }: { loop: Loop }) {
  const { value: say } = words;
  return (
    <li class="loop" data-times={times}>
      <details>
        <summary>{say.loop(times)}</summary>
        <ol>
          {round.map(({ id, at, text }) => (
            <li key={id}>
              {clock(at)} {text}
            </li>
          ))}
          <li>
            {clock(closes.at)} {say.backTo(closes.text)}
          </li>
        </ol>
      </details>
    </li>
  );
}

function Step({ fact, isNow, recording, player, story }: StoryProps & { fact: Fact; isNow: boolean }) {
  const evidence = evidenceOf(fact, recording.header);
  const number = story.chain.indexOf(fact) + 1;
  return (
    <li
      class="step"
      value={number}
      data-fact={fact.fact}
      data-sort={fact.sort}
      {...(isNow && { "aria-current": "step" })}
    >
      <button type="button" class="jump" onClick={() => show(player, fact.at, fact.component, evidence)}>
        <span class="number">{number}.</span> <span class="moment">{clock(fact.at)}</span> {fact.text}{" "}
        <span class="quiet">{lasting(fact)}</span>
      </button>
      {evidence !== undefined && <Sparkline recording={recording} evidence={evidence} at={fact.at} />}
      {number > 1 && <p class="quiet because">{words.value.becauseOfStep(number - 1, alsoBecause(fact, story))}</p>}
    </li>
  );
}

/** What else led to a step: earlier steps by number, contributing facts by their letters. */
function alsoBecause({ because }: Fact, { chain, contributing }: Explanation): string {
  const others = because.slice(1);
  const steps = chain.flatMap(({ id }, at) => (others.includes(id) ? [words.value.step(at + 1)] : []));
  const letters = contributing.flatMap(({ facts }, at) => {
    const letter = letterOf(at);
    return letter !== undefined && facts.some(({ id }) => others.includes(id)) ? [letter] : [];
  });
  return [...steps, ...letters].join(", ");
}

function lasting({ sort, at, until }: Fact): string {
  if (sort !== "condition") return "";
  if (until === null) return `(${words.value.untilTheEnd})`;
  return until - at < 1e6 ? "" : `(${words.value.until(clock(until))})`;
}
