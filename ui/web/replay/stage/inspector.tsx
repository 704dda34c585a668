import { look } from "../../route.ts";
import { language } from "../../settings.ts";
import { factText, unitText } from "../../words/journal-words.ts";
import { words } from "../../words/words.ts";
import type { Look } from "./look.ts";
import { number } from "./number-text.ts";
import { ownerOf } from "./plan.ts";
import type { Moment } from "./reading.ts";
import type { Stage } from "./scene.ts";

/** Every number that is recorded of the one that is selected, as it is at the moment. */
export function Inspector({ stage, moment, selected }: { stage: Stage; moment: Moment; selected: Look }) {
  const { value: say } = words;
  const { actor, told, bars } = selected;
  const { recording } = stage.reader;
  const { gauges, counters } = recording.header;
  const own = ({ path }: { readonly path: string }) => ownerOf(path) === actor.id;
  const rows = [
    ...gauges.flatMap((gauge, at) => (own(gauge) ? [{ ...gauge, value: moment.frame[at]!, each: "" }] : [])),
    ...counters.flatMap((counter, at) =>
      own(counter) ? [{ ...counter, value: moment.rate(at), each: ` ${say.stage.perSecond}` }] : [],
    ),
  ].filter(({ value }) => value > 0);
  return (
    <section class="panel inspector" aria-label={say.stage.everyNumber(actor.label)}>
      <header class="row">
        <h3>{actor.label}</h3>
        <span class="quiet">{[actor.kind, actor.zone, actor.node].filter((part) => part !== "").join(" · ")}</span>
        <button type="button" onClick={() => look({ sel: "" })}>
          {say.stage.close}
        </button>
      </header>
      <p>{[...told, ...bars.map(({ label, text }) => `${label} ${text}`)].join(" · ")}</p>
      <ul>
        {moment.holding(actor.id).map((fact) => (
          <li key={fact.id}>{factText(fact, recording, language.value)}</li>
        ))}
      </ul>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.stage.metric}</th>
            <th scope="col">{say.stage.value}</th>
            <th scope="col">{say.stage.unit}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, name, unit, value, each }) => (
            <tr key={`${path} ${name}`}>
              <th scope="row">
                <span class="quiet">{path.slice(actor.id.length)}</span> {name}
              </th>
              <td>{number(value)}</td>
              <td>
                {unitText(unit, language.value)}
                {each}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
