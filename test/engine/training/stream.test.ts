import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../../server/catalog/import.ts';
import { instanceView, promptOf } from '../../../server/engine/instance-view.ts';
import { mixedTasks, trainingInstances } from '../../../server/engine/mixed-tasks.ts';
import { Session } from '../../../server/engine/session.ts';
import { feed } from '../../../server/engine/training/feed.ts';
import { instancesBetween } from '../../../server/engine/training/instances.ts';
import { type StreamLine, streamLine } from '../../../server/engine/training/line.ts';
import { validationFile } from '../../../server/engine/training/validation.ts';
import { joint } from '../../../server/prompts/delimiter.ts';
import { trainingText } from '../../../server/prompts/instances.ts';
import { instanceQuery } from '../../../server/protocol.ts';
import { importedSession, quiet, sampleBench } from '../../support/bench.ts';
import { jobFolder } from './support.ts';

const SEED = 7;

describe('the training stream of a run', function () {
  this.timeout(60_000);
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

  /** Feeds until part `until` is there. */
  async function fed(job: string, until: number, options: { examplesPerPart?: number; ahead?: number } = {}) {
    const controller = new AbortController();
    const said: string[] = [];
    await feed(job, {
      signal: controller.signal,
      onStep: () => {},
      examplesPerPart: 64,
      ...options,
      say: (line) => {
        said.push(line);
        if (line.startsWith(`part ${until}:`)) controller.abort();
      },
    });
    return said;
  }

  const partNames = (job: string) =>
    readdirSync(join(job, 'stream'))
      .filter((name) => name.startsWith('part-'))
      .sort();
  const linesOf = (file: string): StreamLine[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => streamLine.parse(JSON.parse(line)));

  it('is what the Inspector and heldout prompt show, with the loss where they show it', async () => {
    const file = join(bench.root, 'heldout.yaml');
    const text = readFileSync(file, 'utf8');
    for (const metaicl of [undefined, 'plain', 'suffix'] as const) {
      if (metaicl)
        writeFileSync(file, `${text}  dialogue: 0.05\n  metaicl: { shape: 1, loss: ${metaicl} }\n`);
      session.reloadBench();
      const job = jobFolder(session, `seen-${metaicl}`);
      await fed(job, 2);
      const lines = partNames(job).flatMap((name) => linesOf(join(job, 'stream', name)));
      assert.ok(lines.length > 150 && new Set(lines.map(({ task }) => task)).size >= 20);
      const streams = new Set(lines.map(({ stream }) => stream));
      assert.ok(streams.has('tasks') && streams.has('pretraining'));
      for (const { task, example, template, shots, pieces } of lines) {
        const query = instanceQuery.parse({ task, example, template, shots, seed: SEED, metaicl });
        const { source, target } = await promptOf(session, query);
        const whole = source + joint(source) + target;
        assert.equal(pieces.map(([piece]) => piece).join(''), whole, task);
        const { loss } = await instanceView(session, query);
        let at = 0;
        const taken = pieces.flatMap(([piece, takes]) => {
          const range = [at, (at += piece.length)];
          return takes ? [range] : [];
        });
        assert.deepEqual(taken, loss, task);
      }
      if (metaicl) assert.ok(lines.some(({ shots }) => shots > 0));
      writeFileSync(file, text);
      session.reloadBench();
    }
  });

  it('reads a part at once and gives what is given one by one', async () => {
    const mixed = await mixedTasks(session, { seed: SEED, ...quiet() });
    const together = await instancesBetween(session, mixed, 100, 160);
    assert.equal(together.length, 60);
    let place = 0;
    for await (const { draw, instance, error } of trainingInstances(session, mixed, 100)) {
      const other = together[place++]!;
      assert.deepEqual([other.draw, other.error], [draw, error]);
      if (instance) assert.equal(trainingText(other.instance!), trainingText(instance));
      if (place === together.length) break;
    }
  });

  it('has the same bytes whenever and in whatever order its parts are written', async () => {
    const [one, other] = [jobFolder(session, 'one'), jobFolder(session, 'other')];
    await fed(one, 4);
    await fed(other, 2);
    await fed(other, 4);
    rmSync(join(other, 'stream/part-00001.jsonl'));
    await fed(other, 1);
    const names = partNames(one);
    assert.deepEqual(names, partNames(other));
    for (const name of names)
      assert.deepEqual(
        readFileSync(join(one, 'stream', name)),
        readFileSync(join(other, 'stream', name)),
        name,
      );
    assert.notDeepEqual(linesOf(join(one, 'stream', names[0]!)), linesOf(join(one, 'stream', names[1]!)));
  });

  it('stays ahead of the runner, and takes away what no checkpoint goes back to', async () => {
    const job = jobFolder(session, 'ahead');
    const report = (...events: object[]) =>
      appendFileSync(join(job, 'work.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    await fed(job, 2, { ahead: 2 });
    report(
      { event: 'started', resumed_from: 0 },
      { event: 'step', step: 1, part: 1 },
      { event: 'checkpoint', step: 1 },
    );
    report({ event: 'step', step: 2, part: 4 }, { event: 'checkpoint', step: 2 });
    await fed(job, 6, { ahead: 2 });
    report({ event: 'step', step: 3, part: 5 }, { event: 'checkpoint', step: 3 });
    await fed(job, 7, { ahead: 2 });
    assert.deepEqual(
      partNames(job),
      [4, 5, 6, 7].map((part) => `part-0000${part}.jsonl`),
    );
    // The last checkpoint was damaged: the run goes on from the one before it, whose part is still there.
    report({ event: 'started', resumed_from: 2 }, { event: 'step', step: 3, part: 6 });
    await fed(job, 8, { ahead: 2 });
    assert.equal(partNames(job)[0], 'part-00000.jsonl'.replace('0.', '4.'));
  });

  it('is of the bench as it was when the run began', async () => {
    const job = jobFolder(session, 'frozen');
    await fed(job, 1);
    const before = readFileSync(join(job, 'stream/part-00001.jsonl'));
    rmSync(join(job, 'stream/part-00001.jsonl'));
    const file = join(bench.root, 'heldout.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('promptsource: 45', 'promptsource: 1'));
    await fed(job, 1);
    writeFileSync(file, text);
    assert.deepEqual(readFileSync(join(job, 'stream/part-00001.jsonl')), before);
  });

  it('says which file is no longer what the run began with', async () => {
    const other = sampleBench();
    const file = join(other.root, 'data/reports/lost_and_found.tsv');
    const its = new Session(other.root, 'Ada <ada@example.org>');
    await importBench(its.bench, its.catalog, quiet());
    const job = jobFolder(its, 'edited');
    await fed(job, 0);
    const before = readFileSync(file);
    writeFileSync(file, before.toString().replace(/.$/mu, '#'));
    const fault = join(job, 'stream/fault.json');
    const refuses = async () => {
      await assert.rejects(fed(job, 30, { ahead: 30 }), (error) => {
        const advice = 'put it back as it was and resume the run, else start it anew';
        assert.equal(String(error), `${file}: changed since it was imported: ${advice}`);
        assert.deepEqual(JSON.parse(readFileSync(fault, 'utf8')), {
          text: `${file} changed since it was imported`,
          advice,
          attempt: null,
        });
        return true;
      });
    };
    await refuses();
    // Another import helps the bench, not the run, which keeps to what it began with.
    await importBench(its.bench, its.catalog, quiet());
    await refuses();
    const parts = partNames(job).length;
    // Of another time, with the content that the run began with.
    writeFileSync(file, before);
    await fed(job, parts + 4, { ahead: 30 });
    assert.equal(existsSync(fault), false);
    its.close();
    other.remove();
  });

  it('clears away what a killed writer left, and refuses the stream of another seed', async () => {
    const job = jobFolder(session, 'torn');
    await fed(job, 0);
    const torn = join(job, 'stream/part-00001.jsonl.99.abcd.tmp');
    writeFileSync(torn, '{"index":64,"ta');
    await fed(job, 1);
    assert.ok(!existsSync(torn));
    const run = join(job, 'run.json');
    writeFileSync(run, readFileSync(run, 'utf8').replace('"seed":7', '"seed":8'));
    await assert.rejects(fed(job, 2), /stream\.json: belongs to another seed/u);
  });

  it('says why nothing can be drawn', async () => {
    const empty = sampleBench();
    writeFileSync(
      join(empty.root, 'heldout.yaml'),
      'collections:\n  - { name: mmlu, format: mmlu, path: data/mmlu, use: eval }\n',
    );
    const other = new Session(empty.root, 'Ada <ada@example.org>');
    await importBench(other.bench, other.catalog, quiet());
    const job = jobFolder(other, 'nothing');
    await assert.rejects(fed(job, 0), /there is nothing to train on: import the bench, or leave it tasks/u);
    assert.deepEqual(readdirSync(join(job, 'stream')).sort(), ['end.json', 'fault.json']);
    other.close();
    empty.remove();
  });

  it('measures each level on held-out examples without demonstrations, as many as asked for', async () => {
    const job = jobFolder(session, 'validation');
    await fed(job, 1);
    for (const level of ['fully-held-out', 'partially-held-out', 'fully-supervised'] as const) {
      const lines = linesOf(validationFile(job, level));
      assert.equal(lines.length, 12, level);
      assert.ok(new Set(lines.map(({ task }) => task)).size > 1, level);
      for (const { task, example, template, shots, pieces } of lines) {
        const placement = session.placementOf(task);
        assert.equal(placement.level, level);
        assert.equal(shots, 0);
        if (level === 'fully-supervised') assert.ok(example >= session.catalog.task(task)!.trainExamples);
        const { source, target } = await promptOf(
          session,
          instanceQuery.parse({ task, example, template, seed: SEED }),
        );
        assert.equal(pieces.map(([piece]) => piece).join(''), source + joint(source) + target);
        assert.equal(pieces.at(-1)![1], 1);
      }
    }
  });
});
