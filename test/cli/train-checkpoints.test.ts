import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { cancelJob } from '../../server/jobs/control.ts';
import { Jobs } from '../../server/jobs/listing.ts';
import { jobRow, resultsFile } from '../../server/protocol.ts';
import { SPEC } from '../engine/training/support.ts';
import { Bench } from '../jobs/support.ts';
import { MAKING_PYTHON, runnerPython } from '../runner/python.ts';
import { sampleBench } from '../support/bench.ts';
import { commandLine } from '../support/command-line.ts';
import { startSlurm } from '../support/slurm.ts';

const evaluated = z.object({
  run: z.string(),
  files: z.array(z.string()),
  known: z.array(z.number()),
  gone: z.array(z.number()),
});
const runs = z.object({ runs: z.array(resultsFile) });
const trained = jobRow.extend({ folder: z.string(), evaluation: z.string().optional() });

const TASKS = ['--tasks', 'Textual Entailment'];
const ASKED = ['--shots', '0,1', '--limit', '3', '--max-tokens', '4', ...TASKS];

describe('the checkpoints of a run', function () {
  this.timeout(MAKING_PYTHON);
  let bench: ReturnType<typeof sampleBench>;
  let python: string;
  const env = () => ({
    ...process.env,
    HELDOUT_PYTHON: '',
    XDG_CACHE_HOME: join(bench.root, '.cache'),
    XDG_STATE_HOME: join(bench.root, '.state'),
  });
  const { heldout, json } = commandLine(() => bench.root, env);

  before(async function () {
    const found = await runnerPython();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      this.skip();
    }
    python = found.python;
    bench = sampleBench();
    writeFileSync(join(bench.root, 'small.run.yaml'), `${SPEC}checkpoint: { every: 1, keep: 3 }\n`);
    assert.equal(heldout('import').status, 0);
  });
  after(async () => {
    if (bench) await new Bench(bench.root).remove();
  });

  const exports = () => {
    const folder = join(bench.root, '.heldout/scores/exports');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const steps = (files: readonly string[]) => files.map((file) => Number(/step-(\d+)-/u.exec(file)?.[1]));
  function wrong(...args: string[]): string {
    const { status, stdout, stderr } = heldout(...args);
    assert.deepEqual([status, stdout], [2, '']);
    return stderr;
  }
  let run = '';

  it('are evaluated each once, the last by the finished weights, and the exports are taken away', () => {
    const row = json(trained, 'train', 'small.run.yaml', '--python', python, '--follow');
    assert.equal(row.state, 'done');
    run = row.id;
    const first = json(evaluated, 'evaluate', '--run', run, ...ASKED);
    assert.deepEqual([first.run, steps(first.files), first.known, first.gone], [run, [2, 3, 4], [], []]);
    assert.deepEqual(exports(), []);
    const { runs: series } = json(runs, 'results', '--run', run);
    const last = series.at(-1)!;
    assert.deepEqual(
      series.map(({ checkpoint }) => [checkpoint.step, checkpoint.run?.id, checkpoint.run?.name]),
      [2, 3, 4].map((step) => [step, run, 'small']),
    );
    assert.equal(last.checkpoint.place, join(row.folder, 'final'));
    assert.equal(new Set(series.map(({ checkpoint }) => checkpoint.hash)).size, 3);
    for (const { counts } of series)
      assert.ok(
        counts.scored > 0 && counts.known === 0 && counts.failed < counts.examples,
        JSON.stringify(counts),
      );

    const second = json(evaluated, 'evaluate', '--run', run, '--follow', ...ASKED);
    assert.deepEqual([second.files, second.known], [[], [2, 3, 4]]);
    const other = json(evaluated, 'evaluate', '--run', run, '--step', '3', ...ASKED, '--again');
    assert.deepEqual(steps(other.files), [3]);
    const again = json(runs, 'results', '--run', run).runs[1]!;
    // Exported a second time it is the same checkpoint: nothing is scored again.
    assert.deepEqual([again.counts.scored, again.checkpoint.hash], [0, series[1]!.checkpoint.hash]);
    assert.deepEqual(again.levels, series[1]!.levels);
  });

  it('are evaluated one by one too, by their folders', () => {
    const place = join(bench.root, '.heldout/jobs', run, 'checkpoints/step-00000002');
    const one = json(resultsFile, 'evaluate', place, ...ASKED);
    assert.deepEqual([one.checkpoint.step, one.checkpoint.run?.id, one.counts.scored], [2, run, 0]);
    assert.equal(one.checkpoint.place, place);
  });

  it('stand one below the other with their scores', () => {
    const lines = heldout('results', '--run', run).stdout.split('\n');
    assert.match(lines[0]!, /^Steps of small, 0\/1 shots$/u);
    assert.match(lines[1]!, /^step +.*held-out/u);
    assert.deepEqual(
      lines.slice(2, 5).map((line) => /^ *(\d+) +\d+\.\d ± \d+\.\d\/\d+\.\d ± \d+\.\d/u.exec(line)?.[1]),
      ['2', '3', '4'],
    );
    const markdown = heldout('results', '--run', run, '--export', 'markdown').stdout;
    assert.match(markdown, /^\*\*Steps of small, 0\/1 shots\*\*\n\n\| step \|/u);
  });

  it('are evaluated while the run trains, in a job beside it', async () => {
    const limits = '{ every_checkpoint: true, tasks: [Textual Entailment], shots: [0], limit: 2 }';
    const spec = `${SPEC.replace('steps: 4', 'steps: 24')}checkpoint: { every: 12, keep: 9 }\nevaluation: ${limits}\n`;
    writeFileSync(join(bench.root, 'watched.run.yaml'), spec);
    const row = json(trained, 'train', 'watched.run.yaml', '--python', python);
    assert.ok(row.evaluation);
    const jobs = new Bench(bench.root);
    assert.equal((await jobs.ended(row.id)).state, 'done', jobs.text(row.id, 'log.txt'));
    const { state, kind, name } = await jobs.ended(row.evaluation);
    assert.deepEqual([state, kind, name], ['done', 'evaluate', 'evaluate watched']);
    const { runs: series } = json(runs, 'results', '--run', row.id);
    assert.deepEqual(
      series.map(({ checkpoint, settings }) => [checkpoint.step, settings.limit]),
      [
        [12, 2],
        [24, 2],
      ],
    );
    const began = (id: string) => jobs.events(id).find(({ state }) => state === 'running')!.time as number;
    const ended = (id: string) => jobs.events(id).find(({ state }) => state === 'done')!.time as number;
    assert.ok(began(row.evaluation) < ended(row.id), 'it does not wait for the end of the run');
    assert.deepEqual(exports(), []);
  });

  it('are evaluated further when the run that asked for it was stopped and is resumed', async () => {
    const limits = '{ every_checkpoint: true, tasks: [Textual Entailment], shots: [0], limit: 2 }';
    const spec = `${SPEC.replace('steps: 4', 'steps: 80')}checkpoint: { every: 80 }\nevaluation: ${limits}\n`;
    writeFileSync(join(bench.root, 'stopped.run.yaml'), spec);
    const { id, evaluation } = json(trained, 'train', 'stopped.run.yaml', '--python', python);
    const jobs = new Bench(bench.root);
    await jobs.atStep(id, 1);
    await cancelJob(jobs.jobs, id, false);
    const stopped = await jobs.ended(id);
    assert.equal(stopped.state, 'cancelled', jobs.text(id, 'log.txt'));
    assert.equal((await jobs.ended(evaluation!)).state, 'done', jobs.text(evaluation!, 'log.txt'));
    const { stderr, status } = heldout('resume', id);
    assert.equal(status, 0, stderr);
    assert.match(stderr, new RegExp(`${evaluation} evaluates its checkpoints as they are written`, 'u'));
    assert.equal((await jobs.ended(id)).state, 'done', jobs.text(id, 'log.txt'));
    const again = await jobs.ended(evaluation!);
    assert.deepEqual([again.state, again.attempt], ['done', 2], jobs.text(evaluation!, 'log.txt'));
    const { runs: series } = json(runs, 'results', '--run', id);
    assert.deepEqual(
      series.map(({ checkpoint }) => checkpoint.step),
      [stopped.checkpoint, 80],
    );
    assert.equal(jobs.jobs.list().jobs.filter(({ name }) => name === 'evaluate stopped').length, 1);
  });

  it('are evaluated on Slurm by a copy of the bench, where the run was launched there', async function () {
    const slurm = startSlurm();
    if ('missing' in slurm) {
      console.log(`      skipped: ${slurm.missing}`);
      return this.skip();
    }
    try {
      const spec = `${SPEC.replace('device: cpu\n', '')}python: ${python}\nlaunch: { slurm: { gpus_per_node: 0 } }\n`;
      const asked = '{ every_checkpoint: true, tasks: [Textual Entailment], shots: [0], limit: 2 }';
      writeFileSync(
        join(bench.root, 'cluster.run.yaml'),
        `${spec}checkpoint: { every: 2 }\nevaluation: ${asked}\n`,
      );
      const row = json(trained, 'train', 'cluster.run.yaml', '--follow');
      assert.equal(row.state, 'done');
      const jobs = new Bench(bench.root);
      const job = await jobs.ended(row.evaluation!);
      assert.deepEqual([job.state, job.launcher], ['done', 'slurm'], jobs.text(job.id, 'log.txt'));
      assert.ok(jobs.jobs.file(job.id).command.includes('--frozen'));
      const { runs: series } = json(runs, 'results', '--run', row.id);
      assert.deepEqual(
        series.map(({ checkpoint }) => checkpoint.step),
        [2, 4],
      );
    } finally {
      slurm.stop();
    }
  });

  it('are evaluated in a job that was killed and goes on, with nothing left behind', async () => {
    const words = ['--shots', '0', '--limit', '3', '--max-tokens', '4', ...TASKS];
    const { id } = json(jobRow, 'evaluate', '--run', run, '--job', ...words);
    const jobs = new Bench(bench.root);
    await jobs.until(id, () => exports().length > 0);
    process.kill(jobs.supervisor(id), 'SIGKILL');
    await jobs.until(id, ({ state }) => state === 'lost');
    assert.equal(exports().length, 1);
    assert.equal(json(jobRow, 'resume', id).attempt, 2);
    assert.equal((await jobs.ended(id)).state, 'done', jobs.text(id, 'log.txt'));
    assert.deepEqual(exports(), []);
    const series = json(runs, 'results', '--run', run).runs;
    assert.deepEqual(
      series.map(({ checkpoint, settings }) => [checkpoint.step, ...settings.shots]),
      [
        [2, 0],
        [3, 0],
        [4, 0],
      ],
    );
    // All of it was scored before, with one demonstration too.
    assert.ok(series.every(({ counts }) => counts.scored === 0 && counts.known > 0));
  });

  it('refuse what names none in one line', () => {
    assert.match(wrong('evaluate'), /name a checkpoint, or a training run with --run/u);
    assert.match(wrong('evaluate', 'x', '--run', run), /not both/u);
    assert.match(wrong('evaluate', 'x', '--follow'), /--follow goes with --run, --job or --slurm/u);
    assert.match(wrong('evaluate', 'x', '--step', '2'), /of a training run: name it with --run/u);
    assert.match(wrong('evaluate', '--run', run, '--slurm'), /on what it was launched on: --job/u);
    assert.match(wrong('evaluate', '--run', 'smal-0'), /no job "smal-0"/u);
    assert.match(
      wrong('evaluate', '--run', run, '--step', '9', ...ASKED),
      /has no checkpoint of step 9 on disk: there are 2, 3, 4/u,
    );
    assert.match(wrong('results', '--run', `${run}x`), new RegExp(`did you mean "${run}"`, 'u'));
    const folder = new Jobs(bench.root).folderOf(run);
    rmSync(join(folder, 'final'), { recursive: true });
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    assert.match(wrong('evaluate', '--run', run, ...ASKED), /has no checkpoint on disk: --follow waits/u);
    writeFileSync(
      join(bench.root, 'bad.run.yaml'),
      `${SPEC}evaluation: { every_checkpoint: true, tasks: [village_bolq] }\n`,
    );
    assert.match(
      wrong('train', 'bad.run.yaml', '--python', python),
      /no task, collection or category is called/u,
    );
  });
});
