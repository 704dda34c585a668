import { Digest } from "../../sim/record/digest.ts";

/** Bytes that are not a recording, or one that was damaged on its way. The message says what is wrong and what to do. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/** Throws a RecordingError for a recording that contradicts itself. */
export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new RecordingError(`the recording is damaged: ${what}`);
}

interface Arrays {
  f64: Float64Array<ArrayBuffer>;
  f32: Float32Array<ArrayBuffer>;
  u32: Uint32Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  u16: Uint16Array<ArrayBuffer>;
  u8: Uint8Array<ArrayBuffer>;
}
type Column = Arrays[keyof Arrays];

/** The columns of a section and the types of their numbers. */
export type Shape = Readonly<Record<string, keyof Arrays>>;
/** A section: one typed array per column. */
export type Columns<S extends Shape> = { readonly [K in keyof S]: Arrays[S[K]] };
/** Sections by name ("F", "T.slow"), each with its columns by name. */
export type Sections = Readonly<Record<string, Readonly<Record<string, Column>>>>;

const CONSTRUCTORS = {
  f64: Float64Array<ArrayBuffer>,
  f32: Float32Array<ArrayBuffer>,
  u32: Uint32Array<ArrayBuffer>,
  i32: Int32Array<ArrayBuffer>,
  u16: Uint16Array<ArrayBuffer>,
  u8: Uint8Array<ArrayBuffer>,
} as const;
const TYPES = ["f64", "f32", "u32", "i32", "u16", "u8"] as const;

/*
 * Layout, all numbers in the byte order of the machine (little-endian on every machine that has a browser):
 *   0  8 bytes   "BROWNOUT"
 *   8  u32       byte order mark
 *  12  u32       version of the layout
 *  16  u32       number of columns
 *  20  u32       0
 *  24  16 bytes  checksum of everything else, in hexadecimal digits
 *  40  table     for each column: 16 bytes name ("F.keys"), u32 type, u32 number of elements
 *   …  columns   one after the other in the order of the table, each padded to 8 bytes
 */
const MAGIC = [...ascii("BROWNOUT")];
const BYTE_ORDER = 0x01020304;
const VERSION = 1;
const CHECKSUM_AT = 24;
const TABLE_AT = 40;
const NAME_BYTES = 16;
const ROW_BYTES = NAME_BYTES + 8;
const MOST_COLUMNS = 256;

/** Puts sections into one sequence of bytes. */
export function pack(sections: Sections): Uint8Array<ArrayBuffer> {
  const columns = Object.entries(sections).flatMap(([section, columns]) =>
    Object.entries(columns).map(([name, column]) => ({ name: `${section}.${name}`, column })),
  );
  const payloadAt = TABLE_AT + columns.length * ROW_BYTES;
  const bytes = new Uint8Array(columns.reduce((end, { column }) => end + padded(column.byteLength), payloadAt));
  bytes.set(MAGIC);
  new Uint32Array(bytes.buffer, 8, 4).set([BYTE_ORDER, VERSION, columns.length, 0]);
  let at = payloadAt;
  for (const [row, { name, column }] of columns.entries()) {
    const rowAt = TABLE_AT + row * ROW_BYTES;
    bytes.set(ascii(name), rowAt);
    new Uint32Array(bytes.buffer, rowAt + NAME_BYTES, 2).set([typeOf(column), column.length]);
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded(column.byteLength);
  }
  seal(bytes);
  return bytes;
}

/** Writes the checksum of packed bytes into them. */
export function seal(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.set(ascii(checksum(bytes)), CHECKSUM_AT);
}

/** What packed bytes contain. */
export class Container {
  private readonly columns = new Map<string, Column>();

  /** Checks that the bytes are a recording and whole; throws a RecordingError where they are not. */
  constructor(bytes: Uint8Array) {
    const whole = new Uint8Array(bytes);
    checkIdentity(whole);
    const count = new Uint32Array(whole.buffer, 16, 1)[0]!;
    demand(count <= MOST_COLUMNS && TABLE_AT + count * ROW_BYTES <= whole.length, `it claims ${count} columns`);
    let at = TABLE_AT + count * ROW_BYTES;
    for (let row = 0; row < count; row++) {
      const { name, type, length } = columnAt(whole, TABLE_AT + row * ROW_BYTES);
      const end = at + padded(length * type.BYTES_PER_ELEMENT);
      demand(end <= whole.length, `column "${name}" is longer than the file`);
      this.columns.set(name, new type(whole.buffer, at, length));
      at = end;
    }
    demand(at === whole.length, `${whole.length - at} bytes belong to no column`);
  }

  /** The columns of a section; throws a RecordingError where one is missing or of another type. */
  take<S extends Shape>(section: string, shape: S): Columns<S> {
    const taken: Record<string, Column> = {};
    for (const [name, type] of Object.entries(shape)) {
      const column = this.columns.get(`${section}.${name}`);
      demand(column !== undefined && TYPES[typeOf(column)] === type, `column "${section}.${name}" is missing`);
      taken[name] = column;
    }
    return taken as Columns<S>;
  }
}

/**
 * How long a recording that begins like this says that it is, so that no more of it need be unpacked; undefined where the
 * beginning is too short to tell. Throws a RecordingError where it is no beginning of a recording.
 */
export function lengthSaidBy(beginning: Uint8Array): number | undefined {
  const head = beginning.slice(0, TABLE_AT + MOST_COLUMNS * ROW_BYTES);
  if (head.length < TABLE_AT) return undefined;
  const count = new Uint32Array(head.buffer, 16, 1)[0]!;
  demand(count <= MOST_COLUMNS, `it claims ${count} columns`);
  const payloadAt = TABLE_AT + count * ROW_BYTES;
  if (head.length < payloadAt) return undefined;
  const columns = Array.from({ length: count }, (_, row) => columnAt(head, TABLE_AT + row * ROW_BYTES));
  return columns.reduce((end, { type, length }) => end + padded(length * type.BYTES_PER_ELEMENT), payloadAt);
}

/** Checks that numbers are where each row of a ragged column starts, and at the end how long it is. */
export function demandStarts(starts: Uint32Array, rows: number, length: number, name: string): void {
  demand(starts.length === rows + 1 && starts[0] === 0 && starts[rows] === length, `"${name}" does not fit its rows`);
  demandRising(starts, name);
}

/** Checks that no number is smaller than the one before it. */
export function demandRising(column: Float64Array | Uint32Array, name: string): void {
  for (let at = 1; at < column.length; at++) {
    if (!(column[at]! >= column[at - 1]!)) demand(false, `"${name}" goes backwards at ${at}`);
  }
}

/** Checks that every number is from `least` to one below `end`. */
export function demandWithin(column: Column, least: number, end: number, name: string): void {
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (!(value >= least && value < end)) demand(false, `"${name}" is ${value} at ${at}`);
  }
}

/** Checks that columns that describe the same rows are equally long. */
export function demandRows(columns: Readonly<Record<string, Column>>, names: readonly string[], rows: number): void {
  for (const name of names) demand(columns[name]?.length === rows, `"${name}" does not have ${rows} rows`);
}

/** Text of nothing but ASCII characters as bytes. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

/** Bytes as text, one character for each. */
export function text(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join("");
}

function columnAt(bytes: Uint8Array<ArrayBuffer>, rowAt: number) {
  const [code, length] = new Uint32Array(bytes.buffer, rowAt + NAME_BYTES, 2);
  const name = text(bytes.subarray(rowAt, rowAt + NAME_BYTES)).replace(/\0+$/, "");
  const type = TYPES[code!];
  demand(type !== undefined, `column "${name}" is of the unknown type ${code}`);
  return { name, type: CONSTRUCTORS[type], length: length! };
}

function checkIdentity(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new RecordingError("the recording is still compressed: gunzip it");
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) throw new RecordingError("this is not a Brownout recording");
  demand(bytes.length >= TABLE_AT && bytes.length % 8 === 0, `it was cut off after ${bytes.length} bytes`);
  const [order, version] = new Uint32Array(bytes.buffer, 8, 2);
  demand(order === BYTE_ORDER, "its byte order is not that of this machine");
  if (version !== VERSION) {
    throw new RecordingError(
      `the recording has layout ${version}, and this Brownout reads ${VERSION}: record it again`,
    );
  }
  const kept = text(bytes.subarray(CHECKSUM_AT, TABLE_AT));
  demand(kept === checksum(bytes), "its checksum does not match what it contains");
}

function checksum(bytes: Uint8Array<ArrayBuffer>): string {
  const words = new Uint32Array(bytes.buffer);
  return new Digest().add(words.subarray(0, CHECKSUM_AT / 4)).add(words.subarray(TABLE_AT / 4)).hex;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function typeOf(column: Column): number {
  return TYPES.findIndex((type) => column instanceof CONSTRUCTORS[type]);
}
