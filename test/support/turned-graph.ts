/** Of weights that a model of small random ones may have. */
const MOST = 2;
/** Weights of which the sign is turned. */
const COUNT = 4000;

/** The graph with the sign of some weights turned: another model of the same form, which scores otherwise. */
export function turned(graph: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(graph);
  const view = new DataView(bytes.buffer);
  const weight = (at: number) => Math.abs(view.getFloat32(at, true));
  // The embeddings are most of the file; where floats begin in it, only looking tells.
  for (let from = bytes.length >> 1; from < (bytes.length >> 1) + 4; from++) {
    const places = Array.from({ length: COUNT }, (_, index) => from + index * 4);
    if (!places.every((at) => weight(at) < MOST && (weight(at) > 1e-8 || weight(at) === 0))) continue;
    for (const at of places) if ((at - from) % 8 === 0) bytes[at + 3]! ^= 0x80;
    return bytes;
  }
  throw new Error('no weights were found where they should be');
}
