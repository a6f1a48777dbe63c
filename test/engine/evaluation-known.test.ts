import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type AskedTasks, settingsAsked } from '../../server/engine/evaluation/asked.ts';
import { evaluate } from '../../server/engine/evaluation/evaluate.ts';
import { seriesOf } from '../../server/engine/evaluation/series.ts';
import type { Session } from '../../server/engine/session.ts';
import { NgramBackend } from '../evaluation/ngram-backend.ts';
import { importedSession, quiet, sampleBench } from '../support/bench.ts';

const DEV = 'promptsource/riverside_reviews';
const TEST = 'promptsource/village_boolq';
const BOTH = 'crossfit/mood_of_notes';
const RUN = { id: 'small-0a1b', name: 'small' };

describe('results of a run’s checkpoint that are there already', function () {
  this.timeout(60_000);
  let bench: ReturnType<typeof sampleBench>;
  let session: Session;
  const own = { shots: [0], seed: 0, limit: 2, maxTokens: 4, unconditional: false, ...quiet() };

  before(async () => {
    bench = sampleBench();
    session = await importedSession(bench.root);
  });
  after(() => {
    session.close();
    bench.remove();
  });

  /** Evaluates step 2 of the run, and says whether the same would be evaluated again. */
  async function known(name: string, asked: Partial<AskedTasks>, then: Partial<AskedTasks> = asked) {
    const backend = new NgramBackend();
    Object.assign(backend.checkpoint, { step: 2, run: RUN });
    const path = join(bench.root, 'results', `${name}.heldout-results.json`);
    await evaluate(session, backend, { ...own, ...asked, name, path });
    const settings = await settingsAsked(session, { ...own, ...then });
    return seriesOf(bench.root, RUN.id, settings).map((row) => row.name);
  }
  const templateOf = (task: string) => session.catalog.task(task)!.facts.templates[0]!.name;

  it('are known by their settings', async () => {
    assert.deepEqual(await known('plain', { tasks: ['mmlu'] }), ['plain']);
    const template = templateOf(TEST);
    assert.deepEqual(await known('tested', { tasks: [TEST], template }), ['tested']);
  });

  it('are known where a template’s tasks have dev examples alone, by both ways to ask for them', async () => {
    const asked = { tasks: [DEV], template: templateOf(DEV) };
    assert.deepEqual(await known('open', asked), ['open']);
    assert.deepEqual(await known('named', { ...asked, split: 'dev' }, asked), ['named']);
  });

  it('are none of another split', async () => {
    const asked = { tasks: [BOTH], template: templateOf(BOTH) };
    assert.deepEqual(await known('dev', { ...asked, split: 'dev' }), ['dev']);
    const open = await settingsAsked(session, { ...own, ...asked });
    assert.equal(open.split, 'test');
    assert.ok(!seriesOf(bench.root, RUN.id, open).some(({ name }) => name === 'dev'));
  });
});
