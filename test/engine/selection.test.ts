import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decidePairs } from '../../server/engine/decide.ts';
import { instanceView } from '../../server/engine/instance-view.ts';
import { instancesOf } from '../../server/engine/instances.ts';
import { selectionGround, selectTasks } from '../../server/engine/selection.ts';
import type { Session } from '../../server/engine/session.ts';
import { textOf } from '../../server/prompts/types.ts';
import { instanceQuery } from '../../server/protocol.ts';
import { quiet, sampleBench, scannedSession } from '../support/bench.ts';

const COPIED = { train: 'natural-instructions/task003_workshop_arithmetic', eval: 'gsm8k/test' };
const WHOLE = { train: 'natural-instructions/task004_garden_deduction', eval: 'bbh/garden_deduction' };
const SHORT = { train: 'crossfit/word_opposites', eval: 'quiz/opposites_round' };

describe('selection of a bench', function () {
  this.timeout(30_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;

  beforeEach(async () => {
    bench = sampleBench();
    session = await scannedSession(bench.root);
  });
  afterEach(() => {
    session.close();
    bench.remove();
  });

  const select = async (seed = 0) =>
    selectTasks(session, { seed, ground: await selectionGround(session, quiet()) });
  const counts = async () =>
    new Map((await select()).map(({ task, split, instances }) => [`${split} ${task.id}`, instances.count]));

  it('takes N of N to train, every template and example to test', async () => {
    const found = await counts();
    assert.equal(found.get('train promptsource/market_news/topics'), 40);
    assert.equal(found.get('dev promptsource/pair_notes'), 12);
    assert.equal(found.get('test promptsource/village_boolq'), 32 * 4);
    assert.equal(found.get('test crossfit/mood_of_notes'), 12);
  });

  it('evaluates on labelled examples only', async () => {
    const raft = (await select()).filter(({ task }) => task.id === 'raft/parish_council');
    assert.deepEqual(
      raft.map(({ split, portion, instances }) => [split, portion.from, portion.to, instances.count]),
      [['test', 0, 24, 24]],
    );
  });

  it('leaves removed tasks out, and of a train task the overlapping examples alone, all of them', async () => {
    decidePairs(session, [WHOLE], 'remove-train', 'copied');
    decidePairs(session, [COPIED, SHORT], 'remove-examples', 'some are copied');
    const found = await counts();
    assert.equal(found.has(`train ${WHOLE.train}`), false);
    assert.equal(found.get(`test ${WHOLE.eval}`), 20);
    assert.equal(found.get(`train ${COPIED.train}`), 40 - 12);
    assert.equal(found.get(`test ${COPIED.eval}`), 40);
    assert.equal(found.get(`train ${SHORT.train}`), 20 - 10);
  });

  it('shows no removed example as a demonstration', async () => {
    decidePairs(session, [COPIED], 'remove-examples', 'some are copied');
    const chosen = (await select()).find(({ task }) => task.id === COPIED.train)!;
    const removed = new Set(chosen.promptTask.removed);
    assert.equal(removed.size, 12);
    let shown = 0;
    for (const { example, templates } of chosen.instances.byExample()) {
      assert.equal(removed.has(example), false);
      const template = chosen.templates[templates[0]!]!;
      const instance = await instancesOf(session).build(chosen.promptTask, {
        example,
        template,
        shots: 5,
        seed: 0,
      });
      assert.equal(instance.demonstrations.length, 5);
      for (const one of instance.demonstrations) {
        assert.ok(textOf(one.target) !== '');
        assert.equal(removed.has(one.example), false);
        shown++;
      }
    }
    assert.equal(shown, 28 * 5);
  });

  it('shows only train examples as demonstrations, in the inspector too', async () => {
    const selections = await select();
    const evaluated = new Map<string, { from: number; to: number }[]>();
    for (const { task, split, portion } of selections)
      if (split !== 'train') evaluated.set(task.id, [...(evaluated.get(task.id) ?? []), portion]);
    const without = new Set<string>();
    let shown = 0;
    for (const { task, promptTask, instances, templates } of selections) {
      const { example, template } = instances.at(0);
      const request = { example, template: templates[template]!, shots: 5, seed: 3 };
      const { demonstrations } = await instancesOf(session).build(promptTask, request);
      const drawn = demonstrations.map((one) => one.example).filter((number) => number >= 0);
      for (const number of drawn)
        assert.ok(
          !evaluated.get(task.id)?.some(({ from, to }) => number >= from && number < to),
          `${task.id} is evaluated on example ${number}`,
        );
      if (drawn.length === 0) without.add(task.id);
      shown += drawn.length;
      const query = { task: task.id, example, template: request.template.name, shots: 5, seed: 3 };
      const inspected = await instanceView(session, instanceQuery.parse(query));
      assert.deepEqual(
        inspected.demonstrations.map((one) => one.example),
        demonstrations.map((one) => one.example),
      );
    }
    assert.ok(shown > 100);
    assert.ok(without.has('bbh/garden_deduction'), 'its file names no split: all of it is evaluated on');
    assert.ok(
      without.has('raft/parish_council'),
      'its test split has no labels: its train split is evaluated on',
    );
  });

  it('takes no more examples to train than the limits of the bench and of its collections', async () => {
    const yaml = join(bench.root, 'heldout.yaml');
    const text = readFileSync(yaml, 'utf8')
      .replace('examples_per_task: 100000', 'examples_per_task: 25')
      .replace('flan-rendered: 30000', 'flan-rendered: 20');
    writeFileSync(yaml, text);
    session.reloadBench();
    const found = await counts();
    assert.equal(found.get('train promptsource/market_news/topics'), 25);
    assert.equal(found.get('train flan-rendered/what_happens_next'), 20);
    assert.equal(found.get('train flan-rendered/shed_advice'), 16);
    assert.equal(found.get('test promptsource/village_boolq'), 32 * 4);
  });

  it('leaves out templates that were ruled to alter their task', async () => {
    const task = 'promptsource/village_boolq';
    const subject = { kind: 'template' as const, task, template: 'write_the_question' };
    session.log.append(
      [{ subject, verdict: 'alters', reason: 'asks for the question', evidence: '' }],
      'Ada',
    );
    const chosen = (await select()).find((one) => one.task.id === task)!;
    assert.equal(chosen.instances.count, 32 * 3);
    assert.ok(chosen.templates.every(({ name }) => name !== 'write_the_question'));
  });
});
