// The JSON Schemas that editors use for heldout.yaml and *.run.yaml are made from the schemas the server checks the
// files with. Fails when a committed one is another; `--write` makes them anew.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { benchSchema } from '../server/bench/schema.ts';
import { runSpecSchema } from '../server/jobs/run-spec/schema.ts';
import { root } from './lib/vscode-server.ts';

const made = [
  {
    file: 'media/heldout.schema.json',
    title: 'heldout.yaml',
    of: benchSchema,
    from: 'server/bench/schema.ts',
  },
  {
    file: 'media/run.schema.json',
    title: '*.run.yaml',
    of: runSpecSchema,
    from: 'server/jobs/run-spec/schema.ts',
  },
];

for (const { file, title, of, from } of made) {
  // `io: 'input'`: what a person writes, before defaults are filled in.
  const schema = { title, ...z.toJSONSchema(of, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) };
  if (process.argv.includes('--write')) {
    await writeFile(path.join(root, file), `${JSON.stringify(schema, undefined, 2)}\n`);
    console.log(`wrote ${file}`);
    continue;
  }
  const committed = await readFile(path.join(root, file), 'utf8').catch(() => '');
  // Compared as data: how a formatter lays it out is no difference.
  if (committed === '' || JSON.stringify(JSON.parse(committed)) !== JSON.stringify(schema)) {
    console.log(`${file} is not what ${from} says: node scripts/check-schema.mjs --write`);
    process.exitCode = 1;
  } else console.log(`${file} is what ${from} says`);
}
