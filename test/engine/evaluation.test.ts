import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnStep } from '../../server/base/progress.ts';
import { loadBench } from '../../server/bench/bench.ts';
import { type EvaluateOptions, evaluate } from '../../server/engine/evaluation/evaluate.ts';
import { lastScores, lastTemplateScore } from '../../server/engine/evaluation/last-scores.ts';
import { lockScores } from '../../server/engine/evaluation/score-lock.ts';
import { promptOf } from '../../server/engine/instance-view.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import type { Session } from '../../server/engine/session.ts';
import { readExamples, readResults } from '../../server/evaluation/results.ts';
import { joint } from '../../server/prompts/delimiter.ts';
import { instanceQuery, type ScoredExample } from '../../server/protocol.ts';
import { NgramBackend } from '../evaluation/ngram-backend.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

describe('an evaluation of the sample bench', function () {
  this.timeout(180_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  const run = (backend: NgramBackend, options: Partial<EvaluateOptions> = {}) =>
    evaluate(session, backend, {
      name: 'run',
      path: join(bench.root, 'results', `${options.name ?? 'run'}.heldout-results.json`),
      shots: [0, 2],
      seed: 3,
      limit: 4,
      split: 'test',
      maxTokens: 8,
      unconditional: false,
      ...quiet(),
      ...options,
    });
  const examplesOf = async (name = 'run') => {
    const path = join(bench.root, 'results', `${name}.heldout-results.json`);
    const examples: ScoredExample[] = [];
    for await (const one of readExamples(path, readResults(path))) examples.push(one);
    return examples;
  };

  before(async () => {
    bench = sampleBench();
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  it('says so where overlaps were not looked for', async () => {
    const results = await run(new NgramBackend(), { name: 'unscanned', tasks: ['mmlu'] });
    assert.equal(results.overlap.state, 'none');
    assert.ok(results.levels.every(({ all, clean }) => all !== null && clean === null));
  });

  it('asks for the prompts of the Inspector, every template of the examples drawn', async () => {
    const backend = new NgramBackend();
    backend.checkpoint.hash = 'prompts';
    await findOverlap(session, { ...quiet(), workers: 1 });
    const results = await run(backend);
    const examples = await examplesOf();
    assert.equal(examples.length, results.counts.examples);
    assert.ok(results.counts.examples > 60);
    const asked = new Set(
      backend.asked.map((one) => (one.kind === 'rank' ? `${one.prefix}${one.continuations[0]}` : one.prefix)),
    );
    let ranked = 0;
    let withShots = 0;
    for (const one of examples) {
      if (one.failed !== undefined) continue;
      const { task, example, template, shots } = one;
      const query = instanceQuery.parse({ task, example, template, shots, seed: 3 });
      const { source, candidates, references } = await promptOf(session, query);
      const text = candidates?.length ? source + joint(source) + candidates[0] : source.trimEnd();
      assert.ok(asked.has(text), `${task} ${template} ${example} ${shots}`);
      assert.deepEqual(one.references, references);
      if (one.kind === 'rank') ranked++;
      if (one.shown > 0) withShots++;
    }
    assert.ok(ranked > 20 && withShots > 20);
    const perTask = new Set(examples.map(({ task, example }) => `${task}/${example}`));
    for (const { id } of results.subtasks)
      assert.ok([...perTask].filter((key) => key.startsWith(`${id}/`)).length <= 4);
  });

  it('puts MMLU together as one task, in the levels of the bench', async () => {
    const results = await run(new NgramBackend(), { tasks: ['mmlu'] });
    assert.deepEqual(
      results.tasks.filter(({ shots }) => shots === 0).map(({ task, subtasks }) => [task, subtasks]),
      [['mmlu', 2]],
    );
    assert.deepEqual([...new Set(results.levels.map(({ level }) => level))], ['fully-held-out']);
  });

  it('scores again without the examples that overlap, as the pairs have them', async () => {
    const backend = new NgramBackend();
    const results = await run(backend, { limit: null, shots: [0] });
    assert.equal(results.overlap.state, 'known');
    const examples = await examplesOf();
    let overlapping = 0;
    for (const { figures } of session.catalog.overlap()!.pairs()) {
      const own = examples.filter(({ task }) => task === figures.eval);
      if (own.length === 0 || session.placementOf(figures.train).split !== 'train') continue;
      const dirty = new Set(own.flatMap((one) => (one.overlap === 'clean' ? [] : [one.example])));
      const content = new Set(own.flatMap((one) => (one.overlap === 'content' ? [one.example] : [])));
      assert.ok(dirty.size >= figures.overlapping, figures.eval);
      assert.ok(content.size >= figures.overlappingContent, figures.eval);
      overlapping += dirty.size;
    }
    assert.ok(overlapping > 0);
    const leaking = results.subtasks.find(({ all, clean }) => clean && all && clean.count < all.count);
    assert.ok(leaking);
  });

  it('goes on where it stopped, and asks nothing twice', async () => {
    const stopped = new NgramBackend();
    stopped.checkpoint.hash = 'resumed';
    stopped.before = () => {
      if (stopped.asked.length >= 25) throw new Error('stopped');
    };
    await assert.rejects(run(stopped, { name: 'resumed' }), /stopped/);
    assert.throws(() => readResults(join(bench.root, 'results', 'resumed.heldout-results.json')));
    const again = new NgramBackend();
    again.checkpoint.hash = 'resumed';
    const results = await run(again, { name: 'resumed' });
    const ids = [...stopped.asked, ...again.asked].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(results.counts.scored, again.asked.length);
    const idle = new NgramBackend();
    idle.checkpoint.hash = 'resumed';
    const same = await run(idle, { name: 'resumed' });
    assert.equal(idle.asked.length, 0);
    assert.deepEqual(same.subtasks, results.subtasks);
  });

  it('lets a second evaluation of the same checkpoint wait, and asks nothing twice', async () => {
    const backends = [new NgramBackend(), new NgramBackend(), new NgramBackend()];
    const waited: string[] = [];
    const all = await Promise.all(
      backends.map((backend, at) => {
        backend.checkpoint.hash = 'shared';
        const onStep: OnStep = ({ message }) => void waited.push(message);
        return run(backend, { name: `shared-${at}`, onStep });
      }),
    );
    const ids = backends.flatMap(({ asked }) => asked.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(backends.filter(({ asked }) => asked.length > 0).length, 1);
    assert.ok(waited.some((message) => message === 'waiting: another evaluation scores bigram'));
    for (const { subtasks } of all) assert.deepEqual(subtasks, all[0]!.subtasks);
    // One that waits can be given up.
    const held = await lockScores(join(bench.root, '.heldout/scores/shared'), 'x', quiet());
    const stop = new AbortController();
    const onStep: OnStep = ({ message }) => {
      if (message.startsWith('waiting')) stop.abort(new Error('given up'));
    };
    await assert.rejects(run(backends[0]!, { name: 'shared-3', signal: stop.signal, onStep }), /given up/);
    held.release();
  });

  it('asks for a chain of thought with the worked examples, and only tasks that have them', async () => {
    const backend = new NgramBackend();
    backend.checkpoint.hash = 'chains';
    const results = await run(backend, { name: 'chains', prompts: 'cot', shots: [0, 3], limit: 2 });
    const examples = await examplesOf('chains');
    assert.deepEqual([...new Set(examples.map(({ task }) => task))].sort(), [
      'bbh/garden_deduction',
      'gsm8k/test',
    ]);
    assert.ok(examples.every(({ kind, template }) => kind === 'generate' && template === 'chain-of-thought'));
    assert.ok(results.subtasks.every(({ metric }) => metric === 'finalAnswer'));
    const asked = new Set(backend.asked.map(({ prefix }) => prefix));
    for (const { task, example, shots } of examples) {
      const query = instanceQuery.parse({ task, example, prompts: 'cot', shots, seed: 3 });
      const { source } = await promptOf(session, query);
      assert.ok(asked.has(source.trimEnd()), source);
      // The picker of the Inspector has it by its name.
      const { prompts: _, ...byName } = query;
      const named = instanceQuery.parse({ ...byName, template: 'chain-of-thought' });
      assert.equal((await promptOf(session, named)).source, source);
    }
    await assert.rejects(
      run(backend, { prompts: 'cot', tasks: ['mmlu'] }),
      /"mmlu" names no task with a chain/,
    );
  });

  it('takes worked examples from a folder that the bench names', async () => {
    const own = sampleBench();
    try {
      renameSync(join(own.root, 'data/bbh/cot-prompts'), join(own.root, 'worked'));
      const file = join(own.root, 'heldout.yaml');
      const text = readFileSync(file, 'utf8');
      const query = instanceQuery.parse({ task: 'bbh/garden_deduction', prompts: 'cot', shots: 3 });
      const bare = await importedSession(own.root);
      await assert.rejects(
        promptOf(bare, query),
        /garden_deduction has no chain-of-thought prompt: BBH has them/,
      );
      bare.close();
      writeFileSync(file, text.replace('path: data/bbh,', '$& prompts: worked,'));
      const named = await importedSession(own.root);
      assert.deepEqual(await promptOf(named, query), await promptOf(session, query));
      named.close();
      writeFileSync(file, text.replace('path: data/bbh,', '$& prompts: nowhere,'));
      const [problem] = loadBench(own.root).problems;
      assert.match(problem!.message, /^nowhere does not exist: its tasks have no worked examples$/);
    } finally {
      own.remove();
    }
  });

  it('gives as many demonstrations as fit', async () => {
    const backend = new NgramBackend(400);
    backend.checkpoint.hash = 'fitting';
    await run(backend, { name: 'fit', shots: ['fit'], tasks: ['natural-instructions/*', 'metaicl/*'] });
    const examples = (await examplesOf('fit')).filter(({ failed }) => failed === undefined);
    const shown = examples.map((one) => one.shown);
    assert.ok(Math.max(...shown) > 0 && Math.min(...shown) < 32);
    const full = examples.filter((one) => one.shown > 0 && one.shown < 32);
    assert.ok(full.length > 0);
    // What is asked has room, and one demonstration more would not.
    for (const request of backend.asked) {
      const outputs = request.kind === 'rank' ? request.continuations : [''];
      const room = request.kind === 'rank' ? 400 : 400 - request.max_tokens;
      for (const text of outputs)
        assert.ok(backend.countTokens(request.prefix + text) <= room + 1, request.prefix);
    }
    const { task, example, template, shown: count } = full[0]!;
    const most = await promptOf(
      session,
      instanceQuery.parse({ task, example, template, shots: count + 1, seed: 3 }),
    );
    const longest = most.candidates?.map((text) => ` ${text}`) ?? [];
    const outputs = longest.length > 0 ? Math.max(...longest.map(backend.countTokens)) : 8;
    assert.ok(
      most.demonstrations.length === count || backend.countTokens(most.source) + outputs > 400,
      `${task} ${example} ${count}`,
    );
  });

  it('scores one template alone, with the very prompts it has among the others', async () => {
    const tasks = ['promptsource/quarry_nli'];
    const whole = await run(new NgramBackend(), { name: 'whole', tasks, shots: [0] });
    const { template } = whole.subtasks[0]!.templates[1]!;
    const backend = new NgramBackend();
    const alone = await run(backend, { name: 'alone', tasks, template, shots: [0] });
    assert.equal(backend.asked.length, 0, 'its requests are known from the whole');
    assert.equal(alone.settings.template, template);
    assert.deepEqual(alone.subtasks[0]!.templates, [whole.subtasks[0]!.templates[1]]);
    const named = (examples: ScoredExample[]) => examples.filter((one) => one.template === template);
    assert.deepEqual(await examplesOf('alone'), named(await examplesOf('whole')));
    await assert.rejects(
      run(new NgramBackend(), { tasks, template: `${template}s` }),
      new RegExp(`has a template "${template}s": did you mean "${template}"`),
    );
  });

  it('scores a template on the dev examples of a task that has no test examples', async () => {
    const tasks = ['promptsource/riverside_reviews'];
    const template = session.catalog.task(tasks[0]!)!.facts.templates[0]!.name;
    await assert.rejects(
      run(new NgramBackend(), { tasks, template }),
      /is not evaluated: it stands on the dev/,
    );
    const results = await run(new NgramBackend(), { tasks, template, split: undefined, shots: [0] });
    assert.equal(results.settings.split, 'dev');
    assert.ok(results.counts.examples > 0);
    assert.ok((await examplesOf()).every((one) => one.template === template));
  });

  it('tells what each task scored last, and a mean only where the results say the same', async () => {
    rmSync(join(bench.root, 'results'), { recursive: true });
    const first = await run(new NgramBackend(), { name: 'first', shots: [0], limit: 2 });
    const all = lastScores(session);
    const scored = first.subtasks.filter((one) => one.all !== null);
    assert.deepEqual(Object.keys(all.tasks).sort(), first.subtasks.map(({ id }) => id).sort());
    for (const one of scored) assert.deepEqual(all.tasks[one.id]!.scores[0]!.estimate, one.all);
    for (const { level, all: estimate } of first.levels)
      assert.deepEqual(all.levels[level]!.scores[0]!.estimate, estimate);
    for (const { category, all: estimate } of first.categories) {
      const places = first.categories.filter((one) => one.category === category);
      const own = all.categories[category];
      if (places.length > 1) assert.equal(own, undefined, `${category} stands at two levels`);
      else assert.deepEqual(own!.scores[0]!.estimate, estimate);
    }

    const mmlu = first.subtasks.filter(({ collection }) => collection === 'mmlu');
    const [one, other] = mmlu;
    assert.ok(one && other && one.category === other.category);
    const later = await run(new NgramBackend(), { name: 'later', shots: [0, 2], limit: 3, tasks: [one.id] });
    const mixed = lastScores(session);
    assert.deepEqual(mixed.tasks[one.id]!.scores, [
      { shots: 0, estimate: later.subtasks.find(({ shots }) => shots === 0)!.all },
      { shots: 2, estimate: later.subtasks.find(({ shots }) => shots === 2)!.all },
    ]);
    assert.equal(mixed.tasks[other.id]!.file, all.tasks[other.id]!.file);
    assert.equal(mixed.categories[one.category], undefined, 'two files: no mean of both is shown anywhere');
    assert.equal(mixed.levels[one.level], undefined);

    const { template } = other.templates[0]!;
    await run(new NgramBackend(), { name: 'template', shots: [0], limit: 1, tasks: [other.id], template });
    assert.equal(lastScores(session).tasks[other.id]!.file, all.tasks[other.id]!.file);
    assert.match(lastTemplateScore(bench.root, [other.id], template)!.file, /template\.heldout-results/);
    assert.equal(lastTemplateScore(bench.root, [other.id], 'no such'), undefined);
  });

  it('counts what is shown fewer demonstrations than asked for', async () => {
    // It is evaluated on all the labelled examples that it has, and nothing says worked examples.
    const { counts } = await run(new NgramBackend(), { tasks: ['raft'], shots: [0, 5] });
    assert.ok(counts.examples > counts.failed);
    assert.equal(counts.fewer, (counts.examples - counts.failed) / 2);
    const none = await run(new NgramBackend(), { tasks: ['raft'], shots: [0] });
    assert.equal(none.counts.fewer, 0);
  });

  it('counts what fails, and refuses a word that names no task', async () => {
    const results = await run(new NgramBackend(), { tasks: ['promptsource/village_boolq'], shots: [0] });
    const failed = results.failures.find(({ reason }) => /is none of the candidates/.test(reason));
    assert.ok(failed && failed.count > 1);
    assert.equal(failed.count, results.counts.failed, 'whatever reference each quotes');
    assert.equal(results.subtasks[0]?.failed, results.counts.failed);
    await assert.rejects(run(new NgramBackend(), { tasks: ['mmlx'] }), /called "mmlx": did you mean "mmlu"/);
  });
});
