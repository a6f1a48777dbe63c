/**
 * Renderings per second beside Python's precompiled Jinja2, on the same pairs: each template at hand is compiled
 * once on both sides, then renders its ten records again and again. `node bench/render.ts [FOLDER]` prints one
 * JSON document; FOLDER holds `templates.yaml` files (default: the shared PromptSource templates).
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseJson } from '../server/base/json.ts';
import type { Fields } from '../server/collections/types.ts';
import { compileJinja } from '../server/prompts/jinja/compile.ts';
import type { CompiledTemplate } from '../server/prompts/types.ts';
import { ask, pythonOracle } from '../test/oracles/python.ts';
import { Random } from '../test/prompts/jinja/random.ts';
import { FLAVOURS, recordText, shapesOf } from '../test/prompts/jinja/shapes.ts';

const SECONDS = 5;
const folder = process.argv[2] ?? join('..', 'shared', 'data', 'promptsource', 'templates');

interface Entry {
  jinja: string;
  answer_choices?: string | null;
}

interface Pairs {
  text: string;
  answer_choices: string | null;
  records: string[];
}

function pairs(): Pairs[] {
  const random = new Random(7);
  return globSync('**/templates.yaml', { cwd: folder })
    .sort()
    .flatMap((path) => {
      const document = parseDocument(readFileSync(join(folder, path), 'utf8'), { logLevel: 'silent' });
      return Object.values((document.toJS() as { templates: { [id: string]: Entry } }).templates);
    })
    .map(({ jinja, answer_choices }) => {
      const shapes = new Map([...(answer_choices ? shapesOf(answer_choices) : []), ...shapesOf(jinja)]);
      for (const name of ['answer_choices', 'range', 'zip', 'dict', 'namespace', 'loop']) shapes.delete(name);
      return {
        text: jinja,
        answer_choices: answer_choices ?? null,
        records: FLAVOURS.map((flavour) => recordText(shapes, flavour, random)),
      };
    });
}

/** The pairs that render without an error: Python's and our exceptions cost differently, and nobody renders those. */
function renderable(all: readonly Pairs[]): {
  pairs: Pairs[];
  work: { template: CompiledTemplate; fields: Fields }[];
} {
  const kept: Pairs[] = [];
  const work: { template: CompiledTemplate; fields: Fields }[] = [];
  for (const entry of all) {
    const template = compileJinja(entry.text, { answerChoices: entry.answer_choices ?? undefined });
    const records = entry.records.filter((record) => {
      const fields = parseJson(record) as Fields;
      try {
        template.render(fields);
      } catch {
        return false;
      }
      work.push({ template, fields });
      return true;
    });
    kept.push({ ...entry, records });
  }
  return { pairs: kept, work };
}

function measure(work: readonly { template: CompiledTemplate; fields: Fields }[]): {
  rate: number;
  characters: number;
} {
  let characters = 0;
  const round = () => {
    characters = 0;
    for (const { template, fields } of work) {
      for (const part of template.render(fields).parts)
        for (const segment of part) characters += segment.text.length;
    }
  };
  round();
  let renders = 0;
  const start = performance.now();
  while (performance.now() - start < SECONDS * 1000) {
    round();
    renders += work.length;
  }
  return { rate: renders / ((performance.now() - start) / 1000), characters };
}

const oracle = pythonOracle();
const { pairs: kept, work } = renderable(pairs());
const ours = measure(work);
const result: { [name: string]: number | string } = {
  templates: kept.length,
  pairs: work.length,
  characters: ours.characters,
  rendersPerSecond: Math.round(ours.rate),
};
if ('missing' in oracle) result.python = `skipped: ${oracle.missing}`;
else {
  const [theirs] = await ask<{ rate: number; pairs: number }>(oracle.python, 'speed.py', [
    { seconds: SECONDS, pairs: kept },
  ]);
  result.pythonRendersPerSecond = Math.round(theirs!.rate);
  result.ratio = Number((ours.rate / theirs!.rate).toFixed(2));
}
console.log(JSON.stringify(result, null, 2));
