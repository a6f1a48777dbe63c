/**
 * Writes raw JSONL of real collections for `run.ts`: each example of each task as the overlap check reads it,
 * through all its templates, `{"text": …}` a line, a task a file. Real text repeats phrases more than any
 * generator's. Nothing of it is copied into this repository.
 *
 *   node bench/overlap/real-text.ts FOLDER [--bench DIR] [--times 1] [--apart]
 *
 * Without --bench: the data beside this project (`../shared/data`), its `eval` folder as the eval side.
 * `--times` writes the train side so many times over, each word of a copy numbered, so that copies share
 * nothing and the text gets large enough to measure. `--apart` removes the train tasks that share text with
 * more than 1 % of an eval task's examples: what is left says what real text costs without whole copies.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { importBench } from '../../server/catalog/import.ts';
import type { CatalogTask } from '../../server/catalog/tasks.ts';
import { recogniseFolder } from '../../server/collections/recognise.ts';
import { instancesOf } from '../../server/engine/instances.ts';
import { documentsOf } from '../../server/engine/overlap-documents.ts';
import { sidesOf } from '../../server/engine/overlap-sides.ts';
import { Session } from '../../server/engine/session.ts';
import { scanJsonl } from '../../server/overlap/jsonl.ts';

/** The share of an eval task's examples from which on a train task is one that shares text with it. */
const THRESHOLD = 0.01;

const quiet = { signal: new AbortController().signal, onStep: () => {} };

/** A bench of what is recognised in a folder; what stands below `eval` is the eval side. */
async function benchOf(folder: string, root: string): Promise<void> {
  const collections = (await recogniseFolder(folder)).map(({ format, path, fields }) => ({
    name: path.replaceAll('/', '-'),
    format,
    path: join(folder, path),
    ...(fields ? { fields } : {}),
    use: path.split('/')[0] === 'eval' ? 'eval' : 'train',
  }));
  writeFileSync(join(root, 'heldout.yaml'), stringify({ collections }));
}

/** The text with its longer words numbered. */
function numbered(text: string, copy: number): string {
  return copy === 0 ? text : text.replace(/\p{L}{4,}/gu, (word) => `${word}${copy}`);
}

async function writeTask(session: Session, task: CatalogTask, dir: string, copy: number): Promise<number> {
  const name = task.id.replaceAll(/[^\w.-]+/g, '_');
  const output = createWriteStream(join(dir, copy === 0 ? `${name}.jsonl` : `${name}.${copy}.jsonl`));
  const range = { from: 0, to: task.examples };
  let bytes = 0;
  for await (const { document } of documentsOf(
    session.catalog,
    instancesOf(session),
    task,
    range,
    quiet.signal,
  )) {
    const line = `${JSON.stringify({ text: numbered(document.text, copy) })}\n`;
    bytes += Buffer.byteLength(line);
    if (!output.write(line)) await once(output, 'drain');
  }
  output.end();
  await finished(output);
  return bytes;
}

/** Removes the train files that share much with an eval file. */
async function setApart(folder: string): Promise<void> {
  const [trainDir, evalDir] = [join(folder, 'train'), join(folder, 'eval')];
  const { pairs } = await scanJsonl({ trainDir, evalDir });
  const sharing = new Set(pairs.filter(({ fraction }) => fraction > THRESHOLD).map(({ train }) => train));
  for (const task of sharing) rmSync(join(trainDir, `${task}.jsonl`));
  console.log(`removed ${sharing.size} train tasks that share text`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bench: { type: 'string' },
    times: { type: 'string', default: '1' },
    apart: { type: 'boolean', default: false },
  },
});
const out = positionals[0];
if (!out)
  throw new Error('usage: node bench/overlap/real-text.ts FOLDER [--bench DIR] [--times N] [--apart]');
const data = resolve(import.meta.dirname, '../../../shared/data');
if (!values.bench && !existsSync(data)) {
  console.log(`skipped: there is no ${data}; name a bench with --bench`);
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'heldout-real-'));
  if (!values.bench) await benchOf(data, scratch);
  const session = new Session(values.bench ? resolve(values.bench) : scratch, 'Ada <ada@example.org>');
  try {
    await importBench(session.bench, session.catalog, quiet);
    const { train, evaluated } = sidesOf(session);
    for (const [side, tasks] of [
      ['train', train],
      ['eval', evaluated],
    ] as const) {
      const dir = join(out, side);
      mkdirSync(dir, { recursive: true });
      let bytes = 0;
      const times = side === 'train' ? Number(values.times) : 1;
      for (let copy = 0; copy < times; copy++) {
        for (const task of tasks) bytes += await writeTask(session, task, dir, copy);
      }
      console.log(`${side}: ${tasks.length} tasks, ${(bytes / 1e6).toFixed(1)} MB`);
    }
    if (values.apart) await setApart(out);
  } finally {
    session.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
