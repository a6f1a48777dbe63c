// Compiles the overlap scan's inner loop to dist/overlap-kernel.wasm. Without it the JavaScript kernel runs.
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, 'server/overlap/kernel/assembly');
const target = path.join(root, 'dist/overlap-kernel.wasm');

/** Compiles when a source is newer than what was compiled last; throws the compiler's words where it fails. */
export async function buildKernel() {
  if (await isFresh()) return target;
  await mkdir(path.dirname(target), { recursive: true });
  const { error, stderr } = await asc.main([
    path.join(sources, 'index.ts'),
    '--outFile',
    target,
    '--runtime',
    'stub',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--enable',
    'simd',
    '--enable',
    'relaxed-simd',
    '--enable',
    'threads',
    '--enable',
    'bulk-memory',
    '--use',
    'abort=',
    '--noAssert',
    '-O3',
    '--converge',
  ]);
  if (error) throw new Error(`the overlap kernel doesn't compile: ${error.message}\n${stderr.toString()}`);
  return target;
}

async function isFresh() {
  const when = async (file) => (await stat(file)).mtimeMs;
  try {
    const built = await when(target);
    const files = [
      fileURLToPath(import.meta.url),
      ...(await readdir(sources)).map((name) => path.join(sources, name)),
    ];
    return (await Promise.all(files.map(when))).every((time) => time < built);
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildKernel());
