import { ascii, RecordingError, text } from "./container.ts";

/** Data as JSON of ASCII characters: whatever names contain, a byte is a character. */
export function jsonBytes(data: object): Uint8Array<ArrayBuffer> {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return ascii(JSON.stringify(data).replace(/[^ -~]/g, escaped));
}

/** Reads JSON back; throws a RecordingError if it is none. `what` says what it should be: "its header". */
export function jsonFrom(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(text(bytes));
  } catch {
    throw new RecordingError(`the recording is damaged: ${what} is not JSON`);
  }
}
