import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { pythonOracle } from '../../oracles/python.ts';
import { compare, type Question, shown, summary } from './compare.ts';
import { Random } from './random.ts';
import { FLAVOURS, recordText, type Shape, shapesOf } from './shapes.ts';

const FOLDER = join('..', 'shared', 'data', 'promptsource', 'templates');

interface Entry {
  name: string;
  jinja: string;
  answer_choices?: string | null;
}

function templates(): { name: string; entry: Entry }[] {
  return globSync('**/templates.yaml', { cwd: FOLDER })
    .sort()
    .flatMap((path) => {
      const document = parseDocument(readFileSync(join(FOLDER, path), 'utf8'), { logLevel: 'silent' });
      const { templates } = document.toJS() as { templates: { [id: string]: Entry } };
      return Object.values(templates).map((entry) => ({ name: `${path}: ${entry.name}`, entry }));
    });
}

function question({ name, entry }: { name: string; entry: Entry }, random: Random): Question {
  const shapes = new Map<string, Shape>([
    ...(entry.answer_choices ? shapesOf(entry.answer_choices) : []),
    ...shapesOf(entry.jinja),
  ]);
  shapes.delete('answer_choices');
  for (const name of ['range', 'zip', 'dict', 'namespace', 'loop']) shapes.delete(name);
  const records = FLAVOURS.map((flavour) => recordText(shapes, flavour, random));
  return {
    name,
    language: 'jinja',
    text: entry.jinja,
    answer_choices: entry.answer_choices ?? null,
    records,
  };
}

describe("every template of PromptSource's that is at hand", function () {
  this.timeout(170_000);

  it('renders ten records as Python does, or fails where Python fails', async function () {
    const oracle = pythonOracle();
    if (!existsSync(FOLDER) || 'missing' in oracle) {
      console.log(`      skipped: ${'missing' in oracle ? oracle.missing : `no ${FOLDER}`}`);
      this.skip();
    }
    const random = new Random(4);
    const questions = templates().map((template) => question(template, random));
    const counts = await compare(oracle.python, questions);
    console.log(`      ${questions.length} templates, ${summary(counts)}`);
    assert.ok(counts.equal > 0.5 * counts.pairs, summary(counts));
    assert.equal(counts.differences.length, 0, shown(counts.differences));
    assert.equal(counts.placed, counts.bothErrors);
  });
});
