/** Compiles the overlap kernel where its sources are newer; gives the path of the .wasm. */
export function buildKernel(): Promise<string>;
