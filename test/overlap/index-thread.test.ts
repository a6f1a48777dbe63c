import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvalIndex, headerOf, indexEval } from '../../server/overlap/index/eval-index.ts';
import { indexInThread } from '../../server/overlap/index/in-thread.ts';
import { HEADER } from '../../server/overlap/kernel/layout.ts';
import { evalSource, isFileError, type SkippedRecord, taskFiles } from '../../server/overlap/task-files.ts';

/** What an index is: its bytes, and what is said beside them. */
function contentOf({ memory, n, tasks, examples }: EvalIndex) {
  const bytes = Buffer.from(memory.buffer, 0, headerOf(memory)[HEADER.end]!).toString('latin1');
  return { bytes, n, tasks, examples };
}

/** Texts that repeat in part: as a template does, and as copies do. */
function lines(file: number): string[] {
  const text = (line: number) =>
    `Answer the question that is put below in no more than one short sentence of your own. ` +
    `Question ${line % 7} of file ${file}: which of the ${line} lamps are lit when lamp ${line * 3} is not, and why?`;
  return Array.from({ length: 60 }, (_, line) => JSON.stringify({ text: text(line) }));
}

describe('overlap: an index made in a thread', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'heldout-index-'));
    for (const file of [0, 1, 2]) {
      const records = lines(file);
      if (file === 1) records.splice(20, 0, 'no record', '{"text": 7}');
      writeFileSync(join(folder, `task${file}.jsonl`), `${records.join('\n')}\n`);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const files = () => taskFiles(folder, () => {});
  const signal = new AbortController().signal;

  it('is the one that is made without, byte for byte, and names the same lines', async () => {
    const here: SkippedRecord[] = [];
    const there: SkippedRecord[] = [];
    const begun: string[] = [];
    const sources = (await files()).map((file) => evalSource(file, (skip) => here.push(skip)));
    const plain = await indexEval(sources, 13, signal);
    const onTask = (_: number, task: string) => begun.push(task);
    const threaded = await indexInThread(
      { files: await files(), n: 13 },
      { signal, onSkip: (skip) => there.push(skip), onTask },
    );
    assert.deepEqual(contentOf(threaded), contentOf(plain));
    assert.deepEqual(there, here);
    assert.deepEqual(
      here.map(({ line }) => line),
      [21, 22],
    );
    assert.deepEqual(begun, ['task0', 'task1', 'task2']);
  });

  it('says what a file that is gone says, and ends when it is told to', async () => {
    const none = { onSkip: () => {}, onTask: () => {} };
    const gone = [{ ...(await files())[0]!, path: join(folder, 'gone.jsonl') }];
    await assert.rejects(indexInThread({ files: gone, n: 13 }, { signal, ...none }), isFileError);
    const controller = new AbortController();
    const made = indexInThread({ files: await files(), n: 13 }, { signal: controller.signal, ...none });
    controller.abort(new Error('enough'));
    await assert.rejects(made, /enough/u);
  });
});
