/** More came out of compressed bytes than is wanted. */
export class TooLarge extends Error {}

/**
 * Unpacks compressed bytes, and stops as soon as more have come out of them than `mostOf` allows, which is shown the first
 * of them and may throw to stop at once (TooLarge). Bytes that are not compressed that way give a TypeError.
 */
export async function inflated(
  bytes: Uint8Array,
  format: CompressionFormat,
  mostOf: (first: Uint8Array) => number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let [length, most] = [0, 0];
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (length === 0) most = mostOf(part.value);
      length += part.value.length;
      if (length > most) throw new TooLarge();
      chunks.push(part.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error;
  }
  return joined(chunks, length);
}

/** Packs bytes. */
export async function deflated(bytes: Uint8Array, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
