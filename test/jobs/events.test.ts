import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesFrom, sizeOf } from '../../server/base/lines.ts';
import { EventLog } from '../../server/jobs/events/event-log.ts';
import { History } from '../../server/jobs/events/history.ts';
import { type JobEvent, parseEvent, type Summary } from '../../server/jobs/events/schema.ts';
import { after, MARK_BYTES, NOTHING, SummaryReader } from '../../server/jobs/events/summary.ts';
import { EVENTS_FILE } from '../../server/jobs/job-file.ts';

const state = (name: 'queued' | 'running' | 'lost' | 'done', attempt = 1): JobEvent => ({
  type: 'state',
  time: 1,
  state: name,
  attempt,
});
let to = 0;
const work = (event: string, more: object = {}): JobEvent => ({
  type: 'work',
  time: 2,
  to: (to += 10),
  event,
  ...more,
});
const step = (number: number): JobEvent =>
  work('step', {
    step: number,
    loss: number % 10,
    seconds: 2,
    collections: { flan: { loss: 30, tokens: 10 }, ni: { loss: 1, tokens: number } },
  });

describe('the events of a job', function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-events-'));
    file = join(folder, EVENTS_FILE);
    to = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What all lines say, one after the other, marks left out of account. */
  const folded = (): Summary => {
    let known = NOTHING;
    for (const { text } of linesFrom(file, 0)) {
      const event = parseEvent(text);
      if (event && event.type !== 'mark') known = after(known, event);
    }
    return known;
  };

  it('tell the same where no mark stands in the log, whatever stands last', () => {
    const log = new EventLog(folder);
    log.append([state('queued'), state('running'), work('started', { steps: 9000 })]);
    log.append(Array.from({ length: 8000 }, (_, at) => step(at + 1)));
    log.append([work('checkpoint', { step: 8000, path: 'c' }), state('lost'), state('running', 2)]);
    log.append(Array.from({ length: 12_000 }, () => work('progress', { message: 'measuring '.repeat(12) })));
    log.append([state('done', 2)]);
    log.close();
    const unmarked = [...linesFrom(file, 0)].filter(({ text }) => !text.startsWith('{"type":"mark"'));
    writeFileSync(file, unmarked.map(({ text }) => `${text}\n`).join(''));
    assert.deepEqual(new SummaryReader(file).read(), folded());
    assert.deepEqual([folded().step, folded().state], [8000, 'done']);
  });

  it('tell the same from the last mark on as from the beginning, and as they come', () => {
    const log = new EventLog(folder);
    const following = new SummaryReader(file);
    log.append([state('queued'), state('running'), work('started', { steps: 20_000 })]);
    for (let from = 1; from <= 20_000; from += 500) {
      log.append(Array.from({ length: 500 }, (_, at) => step(from + at)));
      assert.deepEqual(following.read(), log.summary);
    }
    assert.ok(sizeOf(file) > 6 * MARK_BYTES);
    const marks = [...linesFrom(file, 0)].filter(({ text }) => text.startsWith('{"type":"mark"')).length;
    assert.ok(marks >= 6, `${marks}`);
    assert.deepEqual(new SummaryReader(file).read(), folded());
    assert.deepEqual(folded(), { ...log.summary, step: 20_000, to: 200_010 });
    log.close();
    const again = new EventLog(folder);
    assert.deepEqual(again.summary, folded());
    again.close();
  });

  it('know the loss at the last checkpoints, and forget it of steps that are done again', () => {
    const log = new EventLog(folder);
    const checkpoint = (step: number) => work('checkpoint', { step, path: `checkpoints/${step}` });
    log.append([state('running'), step(7), checkpoint(7), step(8), checkpoint(9), step(14), checkpoint(14)]);
    // No step 9 was told: its loss isn't known.
    assert.deepEqual(log.summary.losses, [
      { step: 7, loss: 7 },
      { step: 14, loss: 4 },
    ]);
    log.append([state('running', 2), work('started', { steps: 100, resumed_from: 7 })]);
    assert.deepEqual(log.summary.losses, [{ step: 7, loss: 7 }]);
    for (let at = 8; at < 90; at++) log.append([step(at), checkpoint(at)]);
    const { losses } = new SummaryReader(file).read();
    assert.deepEqual([losses.length, losses[0]!.step, losses.at(-1)], [32, 58, { step: 89, loss: 9 }]);
    log.close();
  });

  it('lose a torn last line and nothing else, wherever it is torn', () => {
    const log = new EventLog(folder);
    log.append([state('queued'), state('running'), step(1), step(2)]);
    log.close();
    const whole = [...linesFrom(file, 0)];
    const { to: before } = whole.at(-2)!;
    for (let size = before + 1; size < whole.at(-1)!.to; size += 7) {
      truncateSync(file, before);
      appendFileSync(file, `${whole.at(-1)!.text}\n`.slice(0, size - before));
      const reader = new SummaryReader(file);
      assert.equal(reader.read().step, 1);
      const again = new EventLog(folder);
      assert.equal(sizeOf(file), before);
      again.append([step(3)]);
      assert.equal(reader.read().step, 3);
      again.close();
    }
  });

  it('that are none are passed over', () => {
    writeFileSync(file, `{"type":"state"}\nnonsense\n\0\0\0\n${JSON.stringify(state('running'))}\n`);
    assert.equal(new SummaryReader(file).read().state, 'running');
  });

  it('give curves whose steps are done again after a resumption only once, in as few points as asked', async () => {
    const log = new EventLog(folder);
    log.append([state('running'), work('started', { steps: 100, device: 'cpu', world: 1 })]);
    log.append(Array.from({ length: 60 }, (_, at) => step(at + 1)));
    log.append([work('checkpoint', { step: 40, path: 'checkpoints/step-00000040' })]);
    log.append([work('validation', { step: 50, levels: { fully_held_out: { loss: 2, tokens: 5 } } })]);
    const history = new History(file);
    await history.read();
    assert.equal(history.points(0, 1000).length, 60);
    const { offset } = history;
    log.append([state('lost'), state('running', 2), work('started', { steps: 100, resumed_from: 40 })]);
    log.append(Array.from({ length: 60 }, (_, at) => step(at + 41)));
    await history.read();
    const points = history.points(0, 1000);
    assert.deepEqual(
      points.map((point) => point.step),
      Array.from({ length: 100 }, (_, at) => at + 1),
    );
    assert.deepEqual(points[9]!.collections, { flan: 3, ni: 0.1 });
    assert.deepEqual(
      history.points(offset, 1000).map((point) => point.step),
      Array.from({ length: 60 }, (_, at) => at + 41),
    );
    const few = history.points(0, 10);
    assert.ok(few.length <= 11);
    assert.equal(few.at(-1)!.step, 100);
    assert.deepEqual(
      history.states.map((one) => [one.state, one.attempt]),
      [
        ['running', 1],
        ['lost', 1],
        ['running', 2],
      ],
    );
    assert.deepEqual(history.validations, []);
    assert.deepEqual(
      history.checkpoints.map((one) => one.step),
      [40],
    );
    log.close();
  });

  it('of a long run are means over several steps, and every step counts', async () => {
    const log = new EventLog(folder);
    log.append([state('running')]);
    for (let from = 1; from <= 20_000; from += 1000)
      log.append(Array.from({ length: 1000 }, (_, at) => step(from + at)));
    const history = new History(file);
    await history.read();
    const points = history.points(0, 100_000);
    assert.ok(points.length <= 8192);
    assert.equal(
      points.reduce((sum, { count }) => sum + count, 0),
      20_000,
    );
    const mean = points.reduce((sum, { count, loss }) => sum + count * loss!, 0) / 20_000;
    assert.ok(Math.abs(mean - 4.5) < 1e-9);
    log.close();
  });
});
