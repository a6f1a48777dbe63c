import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFit } from '../../scripts/train-semantics/measure.ts';
import { tasksOf } from '../../scripts/train-semantics/rows.ts';
import { checkFile } from '../../server/templates/check.ts';
import { profilesOf } from '../../server/templates/features/vectors.ts';
import { modelFolder, SemanticsModel } from '../../server/templates/model/semantics-model.ts';
import { check, QUESTIONS, withCode, yamlOf } from './helpers.ts';

const root = join(import.meta.dirname, '..', '..');
const data = join(root, '..', 'shared', 'data', 'promptsource', 'templates');
const card = readFileSync(join(root, 'docs', 'semantics-model.md'), 'utf8');

describe('the semantics model', () => {
  it('is small', () => {
    const files = ['semantics.onnx', 'semantics-declared.onnx', 'semantics.json'];
    const bytes = files.reduce((sum, file) => sum + statSync(join(modelFolder(), file)).size, 0);
    assert.ok(bytes < 5 * 1024 * 1024, `${bytes} bytes`);
  });

  it('reads neither the label nor any name', async () => {
    const scores = async (templates: typeof QUESTIONS, dataset?: string) => {
      const declarationOf = () => ({ inputs: [], targets: ['answer'] });
      const found = await check(yamlOf(templates, dataset), { declarationOf });
      return withCode(found, 'alters-semantics').map(({ line, score }) => [line, score]);
    };
    const renamed = QUESTIONS.map((template, index) => ({
      ...template,
      name: `t${index}`,
      original: index % 2 === 0,
    }));
    assert.deepEqual(await scores(renamed, 'other'), await scores(QUESTIONS));
  });

  it('says which file of a model is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heldout-model-'));
    writeFileSync(join(folder, 'semantics.json'), '{"version": 1}');
    await assert.rejects(SemanticsModel.load(folder), /no description of a semantics model/);
    rmSync(folder, { recursive: true });
  });

  it('is the one that the card speaks of', async function () {
    if (!existsSync(data)) return this.skip();
    this.timeout(120_000);
    const fit = await measureFit(data, await SemanticsModel.load());
    for (const key of ['undeclared', 'declared'] as const) {
      const row = card.split('\n').find((line) => new RegExp(`^\\| ${key} \\| \\d+ \\|`).test(line));
      const [flagged, f1, warnings, precision] = row!.split('|').slice(2, 6).map(Number);
      // A score on the edge may fall to the other side under another build of the runtime.
      assert.ok(Math.abs(fit[key].flagged - flagged!) <= 3, `${fit[key].flagged} flagged`);
      assert.ok(Math.abs(fit[key].f1 - f1!) <= 0.005, `F1 ${fit[key].f1}`);
      assert.ok(Math.abs(fit[key].warnings - warnings!) <= 3, `${fit[key].warnings} warnings`);
      assert.ok(Math.abs(fit[key].warningPrecision - precision!) <= 0.01);
    }
  });

  it('reaches on unseen data sets what the card must show', () => {
    const f1 = (name: string) => Number(card.split(`| ${name} |`)[1]!.split('|')[1]!.trim().split(' ')[0]);
    const warned = (name: string) =>
      Number(card.split(`| ${name} |`)[1]!.split('|')[4]!.trim().split(' ')[0]);
    assert.ok(f1('without declarations') >= 0.75);
    assert.ok(f1('with declarations') >= 0.9);
    assert.ok(warned('without declarations') >= 0.85);
    assert.ok(warned('with declarations') >= 0.85);
  });

  it('checks every file of the data, with findings inside the file', async function () {
    if (!existsSync(data)) return this.skip();
    this.timeout(300_000);
    let templates = 0;
    for (const task of tasksOf(data)) {
      templates += profilesOf(task.templates).filter(({ analysis }) => !analysis.error).length;
      const file = join(data, task.templates[0]!.file!);
      const lines = readFileSync(file, 'utf8').split('\n').length;
      for (const finding of await checkFile(file)) {
        assert.ok(
          finding.line >= 1 && finding.endLine <= lines,
          `${file}: ${finding.code} at ${finding.line}`,
        );
        assert.ok(finding.score >= 0 && finding.score <= 1);
        assert.ok(
          !finding.code.startsWith('yaml') && finding.code !== 'jinja-error',
          `${file}: ${finding.message}`,
        );
      }
    }
    assert.equal(templates, 1481);
  });
});
