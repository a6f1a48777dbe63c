/** `node bench/typing.ts`: from a key in a file of templates to its findings, through the server as an editor speaks to it. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { analyse } from '../server/templates/analysis/analyse.ts';
import { readTemplateFile } from '../server/templates/check.ts';
import { TestServer } from '../test/service/server.ts';

const KEYS = 60;
const RECORDS = 200;

const folder = join(import.meta.dirname, '..', '..', 'shared', 'data', 'promptsource', 'templates');
if (!existsSync(folder)) {
  console.log(`skipped: no templates at ${folder}`);
  process.exit(0);
}
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name === 'templates.yaml')
  .map(({ parentPath }) => join(parentPath, 'templates.yaml'));
const largest = [...files].sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
const most = [...files].sort((a, b) => templatesIn(b).length - templatesIn(a).length)[0]!;

const rows: object[] = [];
for (const [name, file] of Object.entries({ 'most bytes': largest, 'most templates': most }))
  rows.push(await measure(name, file));
console.table(rows);

function templatesIn(file: string) {
  return readTemplateFile(file).tasks.flatMap(({ templates }) => templates.map(({ template }) => template));
}

/** A bench of this one file, with records made up for the fields that its templates read. */
async function measure(name: string, original: string): Promise<object> {
  const root = mkdtempSync(join(tmpdir(), 'heldout-typing-'));
  const [task] = readTemplateFile(original).tasks;
  const file = join(root, 'templates', task!.task, 'templates.yaml');
  const records = join(root, 'records', task!.task, 'train.jsonl');
  for (const path of [file, records]) mkdirSync(dirname(path), { recursive: true });
  cpSync(original, file);
  const fields = new Set(templatesIn(original).flatMap((template) => analyse(template).variables));
  const record = (n: number) =>
    Object.fromEntries([...fields].map((field) => [field, `value ${n} of ${field}`]));
  writeFileSync(
    records,
    Array.from({ length: RECORDS }, (_, n) => `${JSON.stringify(record(n))}\n`).join(''),
  );
  writeFileSync(
    join(root, 'heldout.yaml'),
    'collections:\n  - { name: promptsource, format: promptsource, path: templates, datasets: records }\n',
  );
  const server = await TestServer.start(root);
  await server.ask('import', {});
  const text = readFileSync(original, 'utf8');
  const uri = await server.show(file, text);
  await server.until(uri, () => true);
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    await delay(60);
    server.diagnostics.delete(uri);
    // Each key leaves a broken tag behind, so that there is always something to say.
    const typed = text.replace('|||', `{{ ${'x'.repeat(key + 1)} ||| `);
    const start = performance.now();
    await server.show(file, typed);
    await server.until(uri, () => true);
    times.push(performance.now() - start);
  }
  await server.kill();
  rmSync(root, { recursive: true });
  times.sort((a, b) => a - b);
  return {
    file: name,
    kB: Math.round(statSync(original).size / 1000),
    templates: templatesIn(original).length,
    'median ms': Math.round(times[KEYS >> 1]!),
    '95 % ms': Math.round(times[Math.floor(KEYS * 0.95)]!),
    'slowest ms': Math.round(times.at(-1)!),
  };
}
