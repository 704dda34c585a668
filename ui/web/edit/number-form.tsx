import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { words } from "../words/words.ts";
import { type NumberField, numberFieldsOf, turned } from "./number-fields.ts";
import type { Span } from "./place.ts";
import type { Work } from "./work.ts";

interface NumberFormProps {
  readonly work: Work;
  onTurn(span: Span, text: string): void;
}

/** Every number of the text as a field, and as a slider where its range is stated. Turning one changes its place alone. */
export function NumberForm({ work, onTurn }: NumberFormProps) {
  const { edit: say } = words.value;
  const wanted = useSignal("");
  const { value: text } = work.text;
  const { value: schema } = work.schema;
  const fields = useMemo(() => (schema === undefined ? [] : numberFieldsOf(text, schema)), [text, schema]);
  const shown = fields.filter(({ path }) => path.toLowerCase().includes(wanted.value.trim().toLowerCase()));
  const groups = [...new Set(shown.map(groupOf))];
  return (
    <section class="panel numbers" aria-label={say.numbers}>
      <h2>{say.numbers}</h2>
      <label class="row">
        {say.find}
        <input
          type="search"
          value={wanted.value}
          onInput={({ currentTarget }) => {
            wanted.value = currentTarget.value;
          }}
        />
      </label>
      {fields.length === 0 && <p class="quiet">{say.noNumbers}</p>}
      {groups.map((group) => (
        <details key={group} open={wanted.value !== ""}>
          <summary>{group}</summary>
          {shown
            .filter((field) => groupOf(field) === group)
            .map((field) => (
              <NumberRow key={field.path} field={field} onTurn={onTurn} />
            ))}
        </details>
      ))}
    </section>
  );
}

function groupOf({ path }: NumberField): string {
  return path.split(".")[0]!;
}

function NumberRow({ field, onTurn }: { field: NumberField; onTurn: NumberFormProps["onTurn"] }) {
  const { edit: say } = words.value;
  const { path, value, unit, range } = field;
  const turn = (input: HTMLInputElement) => {
    const text = input.value === "" ? undefined : turned(field, Number(input.value));
    if (text !== undefined && text !== `${value}${unit}`) onTurn(field, text);
  };
  const step = field.isWhole ? 1 : "any";
  return (
    <div class="number">
      <label class="row">
        <span>{path}</span>
        <input type="number" min={0} step={step} value={value} onChange={({ currentTarget }) => turn(currentTarget)} />
        {unit}
      </label>
      {range !== undefined && (
        <div class="row">
          <input
            type="range"
            aria-label={say.slider(path)}
            min={Math.min(range.low, value)}
            max={Math.max(range.high, value)}
            step={field.isWhole ? 1 : (range.high - range.low) / 100}
            value={value}
            onChange={({ currentTarget }) => turn(currentTarget)}
          />
          <span class="quiet">{say.range(`${range.low}${unit}`, `${range.high}${unit}`)}</span>
        </div>
      )}
    </div>
  );
}
