import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { undo } from '../../server/engine/decide.ts';
import { instanceView } from '../../server/engine/instance-view.ts';
import { Session } from '../../server/engine/session.ts';
import { taskRows } from '../../server/engine/task-rows.ts';
import { checkBench } from '../../server/engine/template-check-run.ts';
import { checksOf } from '../../server/engine/template-checks.ts';
import { decideTemplates } from '../../server/engine/template-decide.ts';
import { declarationOf, declareTask } from '../../server/engine/template-declaration.ts';
import { templatePreview } from '../../server/engine/template-preview.ts';
import { carryRulings, renameArrived } from '../../server/engine/template-rename.ts';
import { taskTemplates, templateList } from '../../server/engine/template-rows.ts';
import { instanceQuery, type TemplateCheck } from '../../server/protocol.ts';
import { readExpected } from '../samples/expected.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

const BOOLQ = 'promptsource/village_boolq';
const QUESTION = { task: BOOLQ, template: 'write_the_question' };
const STORY = { task: 'promptsource/doorstep_summaries', template: 'expand' };

describe('the templates of the sample bench', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  beforeEach(async () => {
    bench = sampleBench();
    session = await importedSession(bench.root);
    await checksOf(session).checkAll(quiet());
  });
  afterEach(() => {
    session.close();
    bench.remove();
  });

  const queue = () => templateList(session, 'score', {}).templates;
  const rowOf = (one: { task: string; template: string }): TemplateCheck | undefined =>
    queue().find(({ task, template }) => task === one.task && template === one.template);
  const checkAgain = () => checksOf(session).checkAll(quiet());

  it('queues templates that alter their task before those that only have a fault', () => {
    const altering = readExpected().templates.filter(({ altersTask }) => altersTask);
    const found = altering.filter((one) =>
      rowOf(one)?.findings.some(({ code }) => code === 'alters-semantics'),
    );
    // A part of the answer is asked for under two names that only a declaration tells apart.
    assert.ok(found.length >= altering.length - 2, `${found.length} of ${altering.length}`);
    const list = templateList(session, 'score', {});
    const scores = list.templates.map(({ score }) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    assert.deepEqual([list.decided, list.total, list.checking], [0, list.templates.length, undefined]);
  });

  it('finds every planted alteration and fault once the tasks are declared, and nothing on sound templates', async () => {
    const declared: Record<string, string[]> = {
      village_boolq: ['label'],
      riverside_reviews: ['label'],
      'kitchen_qa/multiple_choice': ['answer'],
      'market_news/topics': ['topic'],
      doorstep_summaries: ['summary'],
      pair_notes: ['same'],
      quarry_nli: ['label'],
    };
    for (const [name, targets] of Object.entries(declared))
      await declareTask(session, `promptsource/${name}`, { inputs: [], targets }, '');
    const { findings } = await checkBench(session, { declarations: 'decided', ...quiet() });
    const codes: Record<string, string> = {
      'syntax-error': 'jinja-error',
      'choices-not-in-prompt': 'choices-missing',
      duplicate: 'duplicate-template',
      'unknown-field': 'unknown-field',
      'empty-target': 'empty-target',
      'no-separator': 'no-separator',
      'answer-in-source': 'answer-in-source',
    };
    const missed: string[] = [];
    for (const { task, template, altersTask, fault, line, file } of readExpected().templates) {
      const own = findings.filter((one) => one.task === task && one.template === template);
      const seen = own.map(({ code, message }) => `${code}: ${message}`).join('; ');
      const alters = own.some(({ code }) => code === 'alters-semantics');
      // What can't be parsed is judged by nothing; what has no target or no input is no original task either.
      if (altersTask && !alters) missed.push(template);
      else if (fault === undefined) assert.equal(alters, altersTask, `${template}: ${seen}`);
      if (fault)
        assert.ok(
          own.some(({ code }) => code === codes[fault]),
          `${template} (${fault}): ${seen}`,
        );
      if (!fault && !altersTask) assert.deepEqual(own, [], template);
      for (const one of own) {
        assert.equal(one.file, join(bench.root, file));
        assert.ok(Math.abs(one.line - line) < 40 && one.line > 0, `${template} in line ${one.line}`);
      }
    }
    // The first letter of a choice: the model has not seen its like.
    assert.deepEqual(missed, ['first_letter']);
  });

  it('leaves out of an open check what people have ruled on', async () => {
    const found = async (open: boolean) =>
      (await checkBench(session, { declarations: 'none', open, ...quiet() })).findings.filter(
        ({ task, template }) => task === STORY.task && template === STORY.template,
      );
    assert.equal((await found(true)).length, 1);
    await decideTemplates(session, [STORY], 'keep', 'a story is wanted');
    assert.deepEqual([(await found(true)).length, (await found(false)).length], [0, 1]);
  });

  it('tells a task row how many findings its templates have', () => {
    const row = taskRows(session).find(({ id }) => id === 'promptsource/market_news/topics')!;
    assert.ok(row.findings >= 3, `${row.findings}`);
    assert.equal(taskRows(session).find(({ id }) => id === 'gsm8k/test')!.findings, 0);
  });

  it('shows the fields of the records, the proposal, and how each template phrases the task', async () => {
    const { fields, declaration, templates } = await taskTemplates(session, BOOLQ);
    assert.deepEqual(
      fields.map(({ name, type }) => `${name}: ${type}`),
      ['passage: text', 'question: text', 'label: whole number'],
    );
    assert.deepEqual([declaration.state, declaration.targets], ['proposed', ['label']]);
    assert.ok(templates.every(({ phrase }) => !phrase.includes('\n') && phrase.includes('{')));
    assert.equal(templates.find(({ template }) => template === 'exam')?.state, 'clean');
    const own = await taskTemplates(session, 'gsm8k/test');
    assert.deepEqual([own.templates[0]?.findings, own.declaration.targets], [[], ['final']]);
  });

  it('rules on templates and takes it back; what alters the task is not offered, yet can be inspected', async () => {
    const before = (await instanceView(session, instanceQuery.parse({ task: BOOLQ }))).template;
    await decideTemplates(
      session,
      [QUESTION, { task: BOOLQ, template: before }],
      'alters',
      'asks for the question',
    );
    assert.equal(rowOf(QUESTION)?.state, 'decided');
    const offered = await instanceView(session, instanceQuery.parse({ task: BOOLQ }));
    assert.notEqual(offered.template, before);
    assert.ok(offered.templates.includes(before));
    const named = await instanceView(session, instanceQuery.parse({ task: BOOLQ, template: before }));
    assert.equal(named.error, undefined);
    const inUse = () =>
      session.taskInUse(session.catalog.task(BOOLQ)!).facts.templates.map(({ name }) => name);
    assert.ok(!inUse().includes('write_the_question'));
    assert.equal(undo(session, undefined).length, 2);
    assert.ok(inUse().includes('write_the_question'));
    assert.equal(rowOf(QUESTION)?.state, 'open');
    await assert.rejects(
      decideTemplates(session, [{ task: BOOLQ, template: 'write_the_qestion' }], 'keep', ''),
      /did you mean "write_the_question"/,
    );
  });

  it('shows a ruling again when the template changed, and only then', async () => {
    await decideTemplates(session, [QUESTION, STORY], 'alters', '');
    const file = join(bench.root, 'data/promptsource/templates/village_boolq/templates.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('Think of a question', 'Think up a question'));
    await importBench(session.bench, session.catalog, quiet());
    assert.equal(await checkAgain(), 1);
    assert.equal(rowOf(QUESTION)?.state, 'stale');
    assert.equal(rowOf(STORY)?.state, 'decided');
    await decideTemplates(session, [QUESTION], 'alters', 'still');
    assert.equal(rowOf(QUESTION)?.state, 'decided');
  });

  it('keeps rulings when a proposal is confirmed, and shows them again when other targets are declared', async () => {
    await decideTemplates(session, [QUESTION], 'alters', '');
    const { declaration } = await taskTemplates(session, BOOLQ);
    await declareTask(session, BOOLQ, declaration, 'as proposed');
    await checkAgain();
    assert.equal(rowOf(QUESTION)?.state, 'decided');
    await declareTask(
      session,
      BOOLQ,
      { inputs: ['passage'], targets: ['question'] },
      'questions are the task',
    );
    assert.equal(await checkAgain(), 1);
    assert.equal(rowOf(QUESTION)?.state, 'stale');
    const { templates } = await taskTemplates(session, BOOLQ);
    const score = (name: string) => templates.find(({ template }) => template === name)!.score;
    assert.ok(score('write_the_question') < score('exam'), 'the declaration turns the task round');
    undo(session, undefined);
    assert.deepEqual(declarationOf(session, BOOLQ)?.targets, ['label']);
  });

  it('refuses fields that neither records nor templates know', async () => {
    const declare = (inputs: string[], targets: string[]) =>
      declareTask(session, BOOLQ, { inputs, targets }, '');
    await assert.rejects(declare(['passages'], ['label']), /no field "passages": did you mean "passage"/);
    await assert.rejects(declare([], ['zebra']), /it has passage, question, label/);
    const [decision] = await declare(['question', 'passage'], []);
    assert.equal(decision!.verdict, '{"inputs":["passage","question"],"targets":[]}');
    await declareTask(session, 'flan/shed_advice', { inputs: ['start'], targets: ['end'] }, '');
    await assert.rejects(
      declareTask(session, 'flan/shed_advice', { inputs: ['strt'], targets: ['end'] }, ''),
      /did you mean "start"/,
    );
  });

  it('shows reviewers who disagree as a conflict, on a template and on a declaration', async () => {
    await decideTemplates(session, [QUESTION], 'alters', 'mine');
    await declareTask(session, BOOLQ, { inputs: [], targets: ['label'] }, '');
    const log = join(bench.root, 'decisions.jsonl');
    const mine = readFileSync(log, 'utf8');
    writeFileSync(log, '');
    const colleague = new Session(bench.root, 'Grace <grace@example.org>');
    await decideTemplates(colleague, [QUESTION], 'keep', 'hers');
    await declareTask(colleague, BOOLQ, { inputs: [], targets: ['question'] }, '');
    colleague.close();
    appendFileSync(log, mine);
    await checkAgain();
    assert.equal(rowOf(QUESTION)?.state, 'conflict');
    assert.equal(session.taskInUse(session.catalog.task(BOOLQ)!).facts.templates.length, 4);
    const { declaration } = await taskTemplates(session, BOOLQ);
    assert.deepEqual([declaration.state, declaration.rulings.length], ['conflict', 2]);
    await decideTemplates(session, [QUESTION], 'alters', 'agreed');
    assert.equal(rowOf(QUESTION)?.state, 'decided');
  });

  it('previews edge cases first, every record once, with errors in place', async () => {
    const file = join(bench.root, 'data/promptsource/templates/pair_notes/templates.yaml');
    const query = { task: 'promptsource/pair_notes', template: 'write_the_other', from: 0, count: 50 };
    const shown = await templatePreview(session, query);
    assert.equal(shown.total, 36);
    assert.deepEqual(
      shown.rows.slice(0, 2).map(({ edge }) => edge),
      ['longest', 'shortest'],
    );
    assert.equal(new Set(shown.rows.map(({ example }) => example)).size, 36);
    const pages = [];
    for (let from = 0; from < 36; from += 7)
      pages.push(...(await templatePreview(session, { ...query, from, count: 7 })).rows);
    assert.deepEqual(
      pages.map(({ example }) => example),
      shown.rows.map(({ example }) => example),
    );
    assert.ok(shown.rows.some(({ rendered }) => rendered.leftOut));
    assert.ok(shown.rows[0]!.rendered.target.some(({ field }) => field === 'second'));
    const unsaved = readFileSync(file, 'utf8').replace(
      'Put this note in other words',
      'Nonsense {{ first | nope }}',
    );
    const live = await templatePreview(session, { ...query, file, count: 1 }, (path) =>
      path === file ? unsaved : undefined,
    );
    assert.equal(live.task, 'promptsource/pair_notes');
    assert.match(live.rows[0]!.rendered.error?.message ?? '', /nope/);
    assert.ok((live.rows[0]!.rendered.error?.at?.line ?? 0) > 30);
    const two = await templatePreview(session, { ...query, against: 'same_message', count: 1 });
    assert.ok(two.rows[0]!.against!.source.length > 0);
  });

  it('says why there is nothing to preview', async () => {
    const ask = (query: { task?: string; file?: string; template: string }) =>
      templatePreview(session, { from: 0, count: 1, ...query });
    assert.match(
      (await ask({ task: 'flan/shed_advice', template: 'pattern_1' })).nothing ?? '',
      /no records/,
    );
    assert.match((await ask({ task: BOOLQ, template: 'gone' })).nothing ?? '', /no template "gone"/);
    const elsewhere = join(bench.root, 'templates.yaml');
    const text =
      'dataset: elsewhere\ntemplates:\n  a: !Template\n    jinja: "{{x}} ||| {{y}}"\n    name: plain\n';
    writeFileSync(elsewhere, text);
    const alone = await ask({ file: elsewhere, template: 'plain' });
    assert.match(alone.nothing ?? '', /no task of the bench/);
    assert.deepEqual(alone.templates, ['plain']);
    assert.match(
      (await ask({ file: join(bench.root, 'nowhere.yaml'), template: 'x' })).nothing ?? '',
      /no template/,
    );
  });

  it('carries rulings over to a new name, disagreements included', async () => {
    await decideTemplates(session, [QUESTION], 'alters', 'asks for the question');
    const renamed = { task: BOOLQ, from: 'write_the_question', to: 'question_writing' };
    assert.equal(renameArrived(session, renamed), false);
    const file = join(bench.root, 'data/promptsource/templates/village_boolq/templates.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('name: write_the_question', 'name: question_writing'),
    );
    await importBench(session.bench, session.catalog, quiet());
    await checkAgain();
    assert.equal(renameArrived(session, renamed), true);
    assert.equal(rowOf({ ...QUESTION, template: 'question_writing' })?.state, 'open');
    const [carried] = carryRulings(session, renamed);
    assert.match(carried!.reason, /renamed from "write_the_question": asks/);
    assert.equal(rowOf({ ...QUESTION, template: 'question_writing' })?.state, 'decided');
    assert.deepEqual(carryRulings(session, renamed), []);
  });

  it('checks on when records are missing, and again when they are back', async () => {
    const records = join(bench.root, 'data/hf/village_boolq/test.jsonl');
    const before = readFileSync(records, 'utf8');
    const other = new Session(bench.root, 'Ada <ada@example.org>');
    writeFileSync(records, `${before}\n`);
    const { templates, fields } = await taskTemplates(other, BOOLQ);
    assert.deepEqual([templates.length, fields.length], [4, 0]);
    await checksOf(other).checkAll(quiet());
    assert.equal(await checksOf(other).checkAll(quiet()), 0, 'it is not tried over and over');
    await importBench(other.bench, other.catalog, quiet());
    assert.equal((await taskTemplates(other, BOOLQ)).fields.length, 3);
    other.close();
  });
});
