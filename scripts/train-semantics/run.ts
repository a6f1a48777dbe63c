/**
 * `npm run train:semantics [-- --quick] [-- --data FOLDER]`: trains the semantics model from labelled templates,
 * measures it by cross-validation, writes media/models and the figures of docs/semantics-model.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SemanticsModel } from '../../server/templates/model/semantics-model.ts';
import { Figures, renewed, tables } from './card.ts';
import { measureFit } from './measure.ts';
import { rowsOf } from './rows.ts';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const cache = join(root, '.cache', 'semantics');
const python = join(cache, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const models = join(root, 'media', 'models');
const card = join(root, 'docs', 'semantics-model.md');

const { values } = parseArgs({ options: { data: { type: 'string' }, quick: { type: 'boolean' } } });
const data = values.data ?? join(root, '..', 'shared', 'data', 'promptsource', 'templates');
if (!existsSync(data)) throw new Error(`no labelled templates at ${data}: name their folder with --data`);

function run(command: string, args: string[]): void {
  // One thread: sums in another order would give another model from the same seed.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(cache, { recursive: true });
if (!existsSync(python)) run('python3', ['-m', 'venv', cache]);
run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')]);
const rows = rowsOf(data);
writeFileSync(join(cache, 'rows.json'), JSON.stringify(rows));
console.log(`${rows.length} templates, ${new Set(rows.map((row) => row.family)).size} families`);
run(python, [join(here, 'train.py'), join(cache, 'rows.json'), models, ...(values.quick ? ['--quick'] : [])]);

const figures = Figures.parse(JSON.parse(readFileSync(join(cache, 'figures.json'), 'utf8')));
const fit = await measureFit(data, await SemanticsModel.load(models));
writeFileSync(card, renewed(readFileSync(card, 'utf8'), tables(figures, fit)));
console.log(`written: ${models}, ${card}`);
