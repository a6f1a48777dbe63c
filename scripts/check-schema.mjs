// The JSON Schema that editors use for heldout.yaml is made from the schema the server checks the file with.
// Fails when the committed one is another; `--write` makes it anew.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { benchSchema } from '../server/bench/schema.ts';
import { root } from './lib/vscode-server.ts';

const file = 'media/heldout.schema.json';

/** `io: 'input'`: what a person writes, before defaults are filled in. */
const schema = {
  title: 'heldout.yaml',
  ...z.toJSONSchema(benchSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
};
const generated = `${JSON.stringify(schema, undefined, 2)}\n`;

if (process.argv.includes('--write')) {
  await writeFile(path.join(root, file), generated);
  console.log(`wrote ${file}`);
} else {
  const committed = await readFile(path.join(root, file), 'utf8').catch(() => '');
  // Compared as data: how a formatter lays it out is no difference.
  if (committed === '' || JSON.stringify(JSON.parse(committed)) !== JSON.stringify(schema)) {
    console.log(`${file} is not what server/bench/schema.ts says: node scripts/check-schema.mjs --write`);
    process.exit(1);
  }
  console.log(`${file} is what server/bench/schema.ts says`);
}
