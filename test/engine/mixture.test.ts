import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decidePairs, undo } from '../../server/engine/decide.ts';
import { instanceView, promptOf } from '../../server/engine/instance-view.ts';
import { instancesOf } from '../../server/engine/instances.ts';
import { mixedTasks, trainingInstances } from '../../server/engine/mixed-tasks.ts';
import { mixtureEdits } from '../../server/engine/mixture-edits.ts';
import { mixtureView } from '../../server/engine/mixture-view.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import type { Session } from '../../server/engine/session.ts';
import { trainingText } from '../../server/prompts/instances.ts';
import { textOf } from '../../server/prompts/types.ts';
import { instanceQuery, mixtureQuery } from '../../server/protocol.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

describe('the mixture of a bench', function () {
  this.timeout(30_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  before(async () => {
    bench = sampleBench();
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  const view = (query = {}) => mixtureView(session, mixtureQuery.parse(query), quiet());

  it('draws from train tasks alone, and from their train examples', async () => {
    const { tasks, examples } = await view();
    assert.ok(tasks.every(({ id }) => session.placementOf(id).split === 'train'));
    for (const { id, examples: own } of tasks) {
      const task = session.catalog.task(id)!;
      assert.equal(own, task.templates === 0 ? 0 : task.trainExamples, id);
    }
    assert.equal(
      examples,
      tasks.reduce((sum, task) => sum + task.examples, 0),
    );
  });

  it('gives collections by weight and streams by share, and reckons epochs', async () => {
    const { collections, tasks, examplesSeen } = await view({ steps: 100, batch: 8 });
    assert.equal(examplesSeen, 800);
    const of = (name: string) => collections.find(({ collection }) => collection === name)!;
    assert.ok(Math.abs(of('promptsource').after / of('flan-rendered').after - 45 / 20) < 1e-9);
    assert.ok(Math.abs(of('flan-cot').after - 0.01) < 1e-12);
    assert.ok(Math.abs(of('pretraining').after - 0.05) < 1e-12);
    assert.deepEqual([of('parlai').stream, of('parlai').after], ['dialogue', 0]);
    for (const { draws, epochs, examples } of tasks) {
      if (examples > 0) assert.ok(Math.abs(epochs * examples - draws) < 1e-9);
    }
    assert.equal(
      (await view({ settings: { max_examples: 20 } })).hitCap,
      tasks.filter((t) => t.examples > 20).length,
    );
  });

  it('gives the Inspector, heldout prompt and the training stream the same bytes', async () => {
    const mixing = { seed: 5, settings: { dialogue: 0.1 }, ...quiet() };
    for (const metaicl of [undefined, 'plain', 'suffix'] as const) {
      const file = join(bench.root, 'heldout.yaml');
      const text = readFileSync(file, 'utf8');
      if (metaicl) {
        writeFileSync(file, `${text}  metaicl: { shape: 1, loss: ${metaicl} }\n`);
        session.reloadBench();
      }
      const mixed = await mixedTasks(session, mixing);
      const tasks = new Set<string>();
      let shown = 0;
      let drawn = 0;
      for await (const { draw, instance, error } of trainingInstances(session, mixed, 1000)) {
        if (++drawn > 120) break;
        const { task, example, template, shots } = draw;
        const query = instanceQuery.parse({ task, example, template, shots, seed: 5, metaicl });
        const inspected = await instanceView(session, query);
        if (!instance) {
          assert.ok(inspected.error!.endsWith(error!));
          continue;
        }
        const prompt = await promptOf(session, query);
        assert.deepEqual([prompt.source, prompt.target], [textOf(instance.source), textOf(instance.target)]);
        assert.equal(trainingText(inspected), trainingText(instance));
        assert.deepEqual(inspected.loss, instance.loss);
        tasks.add(task);
        if (instance.demonstrations.length > 0) shown++;
      }
      assert.ok(tasks.size >= 20, `${tasks.size} tasks`);
      assert.equal(shown > 0, metaicl !== undefined);
      writeFileSync(file, text);
      session.reloadBench();
    }
  });

  it('neither draws nor shows an example that a ruling removed, here and in the Inspector', async () => {
    await findOverlap(session, { ...quiet(), workers: 1 });
    const task = 'natural-instructions/task003_workshop_arithmetic';
    decidePairs(session, [{ train: task, eval: 'gsm8k/test' }], 'remove-examples', 'twelve are copied');
    const mixed = await mixedTasks(session, { seed: 5, ...quiet() });
    const { instances, promptTask } = mixed.tasks.get(task)!;
    assert.equal(promptTask.removed?.length, 12);
    assert.equal(instances.count, session.catalog.task(task)!.trainExamples - 12);
    const removed = new Set(promptTask.removed);
    const places = Array.from({ length: instances.count }, (_, place) => instances.at(place).example);
    assert.ok(places.every((example) => !removed.has(example)));
    for (const example of places.slice(0, 8)) {
      const query = instanceQuery.parse({ task, example, shots: 5, seed: 5 });
      const request = { ...query, template: session.catalog.task(task)!.facts.templates[0]! };
      const trained = await instancesOf(session).build(promptTask, request);
      const { demonstrations, source } = await instanceView(session, query);
      assert.equal(textOf(source), textOf(trained.source));
      assert.ok(demonstrations.every((shown) => !removed.has(shown.example)));
    }
    undo(session, undefined);
  });

  it('trains on plain and dialogue text as a whole, without a source', async () => {
    for (const task of ['pretraining/walks', 'parlai/allotment_chat']) {
      const { source, target, delimiter, loss } = await instanceView(session, instanceQuery.parse({ task }));
      assert.deepEqual([source, delimiter], [[], '']);
      const text = textOf(target);
      assert.ok(text.length > 20);
      assert.deepEqual(loss, [[0, text.length]], task);
    }
    const chat = await promptOf(session, instanceQuery.parse({ task: 'parlai/allotment_chat' }));
    assert.match(chat.target, /^digger: .+\nneighbour: .+\ndigger: /u);
  });

  it('asks a reasoning task for its chain, and trains on the rationale, then the answer', async () => {
    const { source, target } = await promptOf(session, instanceQuery.parse({ task: 'flan-cot/parcel_sums' }));
    assert.match(source, /^Bertram brings 16 parcels.+\?\nLet's think step by step, then give the answer\./u);
    assert.match(target, /^One parcel weighs 7 pounds\..+= 112\.\nSo the answer is 112$/u);
  });

  it('says how heldout.yaml must change, and leaves its comments', () => {
    const file = join(bench.root, 'heldout.yaml');
    const before = readFileSync(file, 'utf8');
    const proportions = { ...session.bench.file.mixture!.proportions, promptsource: 30 };
    const { edits } = mixtureEdits(session, { proportions, pretraining: 0.1 });
    assert.equal(edits.length, 1);
    const lines = before.split('\n');
    const at = ({ line, character }: { line: number; character: number }) =>
      lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
    const [edit] = edits;
    const after = before.slice(0, at(edit!.start)) + edit!.text + before.slice(at(edit!.end));
    assert.equal(
      after,
      before.replace('promptsource: 45', 'promptsource: 30').replace('pretraining: 0.05', 'pretraining: 0.1'),
    );
    assert.deepEqual(mixtureEdits(session, { reasoning: 0.01 }).edits, []);
  });
});
