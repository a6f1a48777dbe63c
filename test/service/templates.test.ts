import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Hover,
  Location,
  Position,
  SemanticTokens,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LEGEND } from '../../server/service/templates/semantic-tokens.ts';
import { PROJECT, sampleBench } from '../support/bench.ts';
import { TestServer } from './server.ts';

const BOOLQ = 'promptsource/village_boolq';

/** Where a needle stands in a text, `into` characters into it. */
function at(text: string, needle: string, into = 0): Position {
  const offset = text.indexOf(needle);
  assert.ok(offset >= 0, `"${needle}" is not in the text`);
  return TextDocument.create('', '', 0, text).positionAt(offset + into);
}

describe('templates in an editor', function () {
  this.timeout(120_000);
  let bench: ReturnType<typeof sampleBench>;
  let server: TestServer;
  let file: string;
  let text: string;

  before(async () => {
    bench = sampleBench();
    server = await TestServer.start(bench.root);
    await server.ask('import', {});
    file = join(bench.root, 'data/promptsource/templates/village_boolq/templates.yaml');
    text = readFileSync(file, 'utf8');
  });
  after(async () => {
    await server.kill();
    bench.remove();
  });
  // Each test leaves the text as the file has it.
  afterEach(() => server.show(file, text));

  const hoverAt = async (uri: string, position: Position) => {
    const found = (await server.request('hover', uri, { position })) as Hover | null;
    return found ? (found.contents as { value: string }).value : undefined;
  };
  const complete = async (uri: string, position: Position) =>
    ((await server.request('completion', uri, { position })) as CompletionItem[] | null) ?? [];
  const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label);

  it('says what is wrong as the text stands, at its place, and takes it back', async () => {
    const uri = await server.show(file, text);
    const found = await server.until(uri, (all) => all.some(({ code }) => code === 'alters-semantics'));
    assert.equal(found.length, 1);
    assert.match(found[0]!.message, /the target prints `question`.*\(\d+ % sure\)/);
    assert.equal(found[0]!.line, at(text, 'name: write_the_question').line + 1);
    await server.show(file, text.replace('{{ passage }}', '{{ pasage }}'));
    const misspelt = await server.until(uri, (all) => all.some(({ code }) => code === 'unknown-field'));
    const unknown = misspelt.find(({ code }) => code === 'unknown-field')!;
    assert.match(unknown.message, /did you mean `passage`/);
    assert.equal(unknown.line, at(text, '{{ passage }}').line + 1);
    await server.show(file, text.replace('{{ passage }}', '{{ passage'));
    await server.until(uri, (all) => all.some(({ code }) => code === 'jinja-error'));
    await server.show(file, text);
    await server.until(uri, (all) => all.length === 1);
  });

  it('shows what a field holds, what a filter does, and which choices there are', async () => {
    const uri = await server.show(file, text.replace('{{ passage }}', '{{ passage | title }}'));
    const now = text.replace('{{ passage }}', '{{ passage | title }}');
    assert.match((await hoverAt(uri, at(now, '{{ passage', 4))) ?? '', /\*\*passage\*\*: text\n\n- `\w+/);
    assert.match((await hoverAt(uri, at(now, '| title', 3))) ?? '', /every word with a capital/);
    assert.match((await hoverAt(uri, at(now, 'answer_choices[', 3))) ?? '', /`No`\n- `Yes`/);
    assert.match((await hoverAt(uri, at(now, '|||', 1))) ?? '', /source and target/i);
    assert.equal(await hoverAt(uri, { line: 0, character: 2 }), undefined);
  });

  it('completes fields, filters, methods, tests and the separator', async () => {
    const typed = async (inside: string) => {
      const now = text.replace('{{ passage }}', `${inside}\u2038`);
      const uri = await server.show(file, now.replace('\u2038', ''));
      return labels(await complete(uri, at(now, '\u2038')));
    };
    const fields = await typed('{{ ');
    assert.deepEqual(fields.slice(0, 3), ['passage', 'question', 'label']);
    assert.ok(fields.includes('answer_choices[1]') && fields.includes('range'));
    const filters = await typed('{{ passage | ');
    assert.ok(filters.includes('most_frequent') && filters.includes('trim') && !filters.includes('passage'));
    assert.ok((await typed('{{ passage.')).includes('splitlines'));
    assert.ok((await typed('{{ "x" if passage is ')).includes('defined'));
    assert.deepEqual((await typed('{% ')).slice(0, 2), ['if', 'elif']);
    assert.deepEqual(await typed('{{ "'), ['No', 'Yes']);
    assert.deepEqual(await typed('{# '), []);
    assert.ok((await typed('Now ')).includes('{{ question }}'));
  });

  it('goes from a field to the record, and from a name to where it is given', async () => {
    const now = text.replace('{{ passage }}', '{% set whole = passage %}{{ whole }}');
    const uri = await server.show(file, now);
    const records = join(bench.root, 'data/hf/village_boolq/test.jsonl');
    const field = (await server.request('definition', uri, {
      position: at(now, '= passage', 4),
    })) as Location;
    assert.ok(field.uri.endsWith('data/hf/village_boolq/test.jsonl'));
    const line = readFileSync(records, 'utf8').split('\n')[field.range.start.line]!;
    assert.equal(line.slice(field.range.start.character, field.range.end.character), 'passage');
    const name = (await server.request('definition', uri, { position: at(now, '{{ whole', 4) })) as Location;
    assert.deepEqual(name.range.start, at(now, 'whole'));
  });

  it('offers quick fixes: edits, and the commands that leave a template out or declare the task', async () => {
    const now = text.replace('original_task: false', 'original_task: true');
    const uri = await server.show(file, now);
    const range = { start: { line: 0, character: 0 }, end: { line: 500, character: 0 } };
    const actions = (await server.request('codeAction', uri, {
      range,
      context: { diagnostics: [] },
    })) as CodeAction[];
    const edit = actions.find((action) => action.title === 'Mark as not the original task');
    const changes = edit?.edit?.changes?.[uri] ?? [];
    assert.equal(TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, now), changes), text);
    const commands = actions.flatMap(({ command }) => (command ? [command] : []));
    const mark = commands.find(({ command }) => command === 'heldout.templates.markAltering');
    assert.deepEqual(mark?.arguments, [{ task: BOOLQ, template: 'write_the_question' }]);
    assert.ok(commands.some(({ command }) => command === 'heldout.templates.declare'));
  });

  it('shows over each template what is known of it, and rulings as they are made', async () => {
    const uri = await server.show(file, text);
    const lenses = async () => (await server.request('codeLens', uri)) as CodeLens[];
    const titles = (all: readonly CodeLens[]) => all.map(({ command }) => command!.title);
    const before = await lenses();
    assert.ok(titles(before).includes('inputs: passage, question → target: label (proposed)'));
    assert.ok(titles(before).includes('original task · no findings · preview · used by 1 task'));
    const altering = before.find(({ command }) => command!.title.startsWith('not the original task'));
    assert.equal(altering?.command?.title, 'not the original task · 1 finding · preview · used by 1 task');
    assert.equal(titles(before).filter((title) => title === 'score this template').length, 4);
    assert.deepEqual(altering?.command?.arguments, [{ file, template: 'write_the_question', task: BOOLQ }]);
    await server.ask('declare', { task: BOOLQ, inputs: ['passage'], targets: ['label'], reason: '' });
    const templates = [{ task: BOOLQ, template: 'write_the_question' }];
    await server.ask('decideTemplates', { templates, verdict: 'alters', reason: 'asks for the question' });
    const after = titles(await lenses());
    assert.ok(after.includes('inputs: passage → target: label (declared by Ada <ada@example.org>)'));
    assert.ok(!after.includes('confirm'));
    assert.ok(after.includes('not the original task · left out · 1 finding · preview · used by 1 task'));
    const ruled = await server.until(uri, (all) => all.some(({ message }) => message.startsWith('left out')));
    assert.ok(!ruled.some(({ code }) => code === 'alters-semantics'));
    await server.ask('undo', {});
    await server.ask('undo', {});
    assert.deepEqual(titles(await lenses()), titles(before));
    await server.until(uri, (all) => all.some(({ code }) => code === 'alters-semantics'));
  });

  it('scores a template from its lens, and shows there what it scored last', async () => {
    const uri = await server.show(file, text);
    const lenses = async () => (await server.request('codeLens', uri)) as CodeLens[];
    const line = text.slice(0, text.indexOf('name: exam')).split('\n').length;
    const before = await lenses();
    const score = before.find(
      ({ command, range }) => command?.title === 'score this template' && range.start.line < line,
    );
    assert.equal(score?.command?.command, 'heldout.templates.score');
    const [named] = score.command.arguments as [{ tasks: string[]; template: string }];
    assert.deepEqual(named.tasks, [BOOLQ]);
    const models = join(bench.root, 'models');
    cpSync(join(PROJECT, 'test/fixtures/scoring-graph'), models, { recursive: true });
    cpSync(join(bench.root, 'data/tokenizer.json'), join(models, 'tokenizer.json'));
    const query = { ...named, checkpoint: join(models, 'small.onnx'), shots: [0], limit: 3 };
    const report = await server.ask('evaluate', query);
    const after = await lenses();
    const shown = after.find(({ command }) => command?.command === 'heldout.showResults');
    assert.match(shown?.command?.title ?? '', /^\d+\.\d( ± \d+\.\d)? on small, 0-shot$/);
    assert.deepEqual(shown?.command?.arguments, [report.file]);
    assert.equal(after.filter(({ command }) => command?.title === 'score again').length, 1);
    // Of one template only: the task itself was not scored.
    assert.deepEqual((await server.ask('lastScores', {})).tasks, {});
    rmSync(join(bench.root, 'results'), { recursive: true });
    assert.deepEqual(await lenses(), before);
  });

  it('tells the template language in YAML apart, source and target by a modifier', async () => {
    const uri = await server.show(file, text);
    const { data } = (await server.request('semanticTokens/full', uri)) as SemanticTokens;
    const document = TextDocument.create(uri, 'yaml', 1, text);
    const found: string[] = [];
    for (let index = 0, line = 0, character = 0; index < data.length; index += 5) {
      const [down, along, length, type, modifiers] = data.slice(index, index + 5) as number[];
      character = down === 0 ? character + along! : along!;
      line += down!;
      const start = { line, character };
      const word = document.getText({ start, end: { line, character: character + length! } });
      const named = LEGEND.tokenModifiers.filter((_, bit) => (modifiers! & (1 << bit)) !== 0);
      found.push(`${LEGEND.tokenTypes[type!]} ${word} ${named.join()}`);
    }
    assert.ok(found.includes('parameter passage source'));
    assert.ok(found.includes('parameter answer_choices target') && found.includes('parameter label target'));
    assert.ok(found.includes('keyword ||| source') && found.includes('keyword ||| choices'));
  });

  it('renames a template; what was ruled on it follows once the file is saved', async () => {
    const uri = await server.show(file, text);
    const position = at(text, 'name: write_the_question', 8);
    const templates = [{ task: BOOLQ, template: 'write_the_question' }];
    await server.ask('decideTemplates', { templates, verdict: 'alters', reason: 'turned round' });
    const prepared = (await server.request('prepareRename', uri, { position })) as { placeholder: string };
    assert.equal(prepared.placeholder, 'write_the_question');
    assert.equal(await server.request('prepareRename', uri, { position: { line: 0, character: 0 } }), null);
    const refused = (newName: string) => server.request('rename', uri, { position, newName });
    await assert.rejects(refused('exam'), /another template .* is called "exam"/);
    await assert.rejects(refused(' '), /needs a name/);
    const edit = (await refused('yes')) as WorkspaceEdit;
    const document = TextDocument.create(uri, 'yaml', 1, text);
    const renamed = TextDocument.applyEdits(document, edit.changes![uri]!);
    assert.ok(renamed.includes('name: "yes"'));
    writeFileSync(file, renamed);
    await server.show(file, renamed);
    let state: string | undefined;
    for (let tries = 0; state !== 'decided' && tries < 200; tries++) {
      await delay(50);
      const { templates: rows } = await server.ask('taskTemplates', { task: BOOLQ });
      state = rows.find(({ template }) => template === 'yes')?.state;
    }
    assert.equal(state, 'decided');
    writeFileSync(file, text);
    await server.ask('import', {});
  });

  it('understands the patterns of a FLAN module', async () => {
    const module = join(bench.root, 'data/flan/templates.py');
    const source = readFileSync(module, 'utf8');
    const uri = await server.show(module, source);
    assert.match((await hoverAt(uri, at(source, '{start}', 2))) ?? '', /\*\*start\*\*/);
    assert.ok(labels(await complete(uri, at(source, '{start}', 1))).includes('end'));
    const lenses = (await server.request('codeLens', uri)) as CodeLens[];
    assert.ok(lenses.some(({ command }) => command?.title.startsWith('inputs: start → target: end')));
    await server.show(module, source.replace('"{end}"', '"{end"'));
    const found = await server.until(uri, (all) => all.length > 0);
    assert.equal(found[0]!.code, 'jinja-error');
  });

  it('lives through bad files and hostile templates, and says what is wrong', async () => {
    const folder = join(bench.root, 'data/promptsource/templates');
    const template = (jinja: string) =>
      `dataset: harbour\ntemplates:\n  a: !Template\n    jinja: ${JSON.stringify(jinja)}\n    name: a\n`;
    const cases: [text: string, code: string | undefined][] = [
      ['', 'yaml-error'],
      ['dataset: [', 'yaml-error'],
      [
        'dataset: x\ntemplates:\n  a: !Other\n    name: a\n    jinja: "{{x}} ||| {{y}}"\n',
        'yaml-unknown-tag',
      ],
      ['dataset: x\ndataset: y\ntemplates: {}\n', 'yaml-duplicate-key'],
      ['dataset: x\ntemplates:\n  a: *nowhere\n', 'yaml-error'],
      [`a: &a [x]\n${'b: [*a, *a]\n'.repeat(3000)}`, 'yaml-duplicate-key'],
      [
        template('{% for a in range(10**9) %}{% for b in range(10**9) %}x{% endfor %}{% endfor %} ||| y'),
        undefined,
      ],
      [template('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} ||| y'), undefined],
      [template('{{ "".constructor.constructor("return process")() }} ||| {{ __proto__ }}'), undefined],
      [template(`{{ ${'('.repeat(5000)}x ||| y`), 'jinja-error'],
      [template('{{ "a" * 10**12 }} ||| y'), undefined],
      [`dataset: x\ntemplates: {}\n# ${'long '.repeat(2_200_000)}`, 'file-too-large'],
      ['\u0000\u0001\ufffe', 'yaml-error'],
    ];
    for (const [index, [text, code]] of cases.entries()) {
      const uri = await server.show(join(folder, `case${index}`, 'templates.yaml'), text);
      await server.request('codeLens', uri);
      await server.request('semanticTokens/full', uri);
      await hoverAt(uri, { line: 3, character: 20 });
      await complete(uri, { line: 3, character: 20 });
      await server.request('codeAction', uri, {
        range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
        context: { diagnostics: [] },
      });
      if (code) await server.until(uri, (all) => all.some((one) => one.code === code));
    }
    assert.equal((await server.ask('state', {})).tasks, 47);
  });

  it('stops templates that never end, on records too, and goes on', async () => {
    const hostile = [
      '{% for a in range(10**9) %}{% for b in range(10**9) %}x{% endfor %}{% endfor %}',
      '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      '{% set ns = namespace(t="x") %}{% for a in range(100) %}{% set ns.t = ns.t * 2 %}{% endfor %}{{ ns.t }}',
      '{{ passage.constructor.constructor("return process")() }}',
      '{{ "a" * 10**12 }}',
    ];
    for (const [index, loop] of hostile.entries()) {
      const uri = await server.show(file, text.replace('{{ passage }}', `{# ${index} #}${loop}`));
      const found = await server.until(uri, (all) =>
        all.some(({ code, line }) => code === 'jinja-error' && line < 20),
      );
      assert.ok(
        found.some(({ message }) => /on \d+ of \d+ records/.test(message)),
        loop,
      );
      const preview = await server.ask('preview', { task: BOOLQ, file, template: 'based_on_the_passage' });
      assert.equal(preview.rows.length, 8);
      assert.ok(
        preview.rows.every(({ rendered }) => rendered.error),
        loop,
      );
      const other = await server.ask('preview', { task: BOOLQ, file, template: 'exam', count: 1 });
      assert.equal(other.rows[0]!.rendered.error, undefined);
      await server.show(file, text);
      await server.until(uri, (all) => all.every(({ code }) => code !== 'jinja-error'));
    }
  });

  it('previews what is typed, live', async () => {
    await server.show(file, text.replace('Going by this passage', 'Judging by this passage'));
    const preview = await server.ask('preview', {
      task: BOOLQ,
      file,
      template: 'based_on_the_passage',
      count: 1,
    });
    const source = preview.rows[0]!.rendered.source.map((segment) => segment.text).join('');
    assert.match(source, /Judging by this passage/);
    const queue = await server.ask('templates', { order: 'task', filter: { task: BOOLQ } });
    assert.deepEqual(
      queue.templates.map(({ template }) => template),
      ['write_the_question'],
    );
  });
});
