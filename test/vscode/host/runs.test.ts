import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { JobState } from '../../../server/protocol.ts';
import type { HeldoutApi } from '../../../src/extension.ts';
import type { RunNode } from '../../../src/runs/tree.ts';
import { durationWord, runWords } from '../../../src/runs/words.ts';
import { extensionApi, until } from './support.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

/** Folders of jobs as a supervisor that is long gone left them. */
describe('many runs in the view', function () {
  this.timeout(60_000);
  let api: HeldoutApi;
  let folder: string;

  /** A run that was submitted so many minutes after noon, came to step 40 of 100 and then into this state. */
  async function leave(name: string, minutes: number, state: JobState, reason?: string): Promise<void> {
    const job = path.join(folder, name);
    const created = NOON + minutes * MINUTE;
    await mkdir(path.join(job, 'checkpoints', 'step-00000020'), { recursive: true });
    const file = {
      version: 1,
      id: name,
      kind: 'train',
      name: `run ${minutes}`,
      created,
      bench: path.dirname(path.dirname(folder)),
      spec: null,
      launcher: { kind: 'machine', gpus: 0 },
      command: ['true'],
      cwd: job,
      env: {},
      files: [],
      grace: 10,
    };
    await writeFile(path.join(job, 'job.json'), JSON.stringify(file));
    await writeFile(path.join(job, 'spec.yaml'), `name: run ${minutes}\n`);
    await writeFile(path.join(job, 'log.txt'), 'began\n');
    const work = (event: string, more: object) => ({ type: 'work', time: created, to: 0, event, ...more });
    const events: object[] = [
      { type: 'state', time: created, state: 'running', attempt: 1 },
      work('started', { steps: 100, world: 1, device: 'cpu', parameters: 10, resumed_from: 0 }),
      work('checkpoint', { step: 20, path: 'checkpoints/step-00000020', seconds: 1 }),
      work('checkpoint', { step: 30, path: 'checkpoints/step-00000030', seconds: 1 }),
      work('step', { step: 40, loss: 2.5, seconds: 3 }),
    ];
    if (state !== 'running') {
      events.push({ type: 'state', time: created + 5 * MINUTE, state, attempt: 1, reason });
    }
    await writeFile(
      path.join(job, 'events.jsonl'),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
  }

  const runs = async (): Promise<Extract<RunNode, { kind: 'run' }>[]> =>
    (await api.runTree.getChildren()).filter((node) => node.kind === 'run');

  before(async () => {
    api = await extensionApi();
    await until('the server', () => api.context.state);
    folder = path.join(api.context.folder!.fsPath, '.heldout', 'jobs');
    for (let minutes = 0; minutes < 98; minutes++) await leave(`many-${minutes}`, minutes, 'done');
    await leave('broke', 98, 'failed', 'out of memory: lower micro_batch to 2');
    await leave('vanished', 99, 'running');
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await until('the runs to go', async () => api.runs.rows.length === 0);
  });

  it('all come, each once, the newest first', async () => {
    await until('the runs', () => api.runs.rows.length === 100);
    const nodes = await runs();
    assert.equal(new Set(nodes.map((node) => api.runTree.getTreeItem(node).id)).size, 100);
    assert.deepEqual(
      nodes.map(({ row }) => row.created),
      nodes.map(({ row }) => row.created).sort((a, b) => b - a),
    );
  });

  it('say state, step, loss and how long they took', async () => {
    const nodes = await runs();
    const item = api.runTree.getTreeItem(nodes.find(({ id }) => id === 'many-7')!);
    assert.equal(item.label, 'run 7');
    assert.equal(item.description, 'done · step 40 of 100 · loss 2.5 · 5 min');
    assert.equal(item.contextValue, 'run done train checkpoint');
    assert.match(item.accessibilityInformation!.label, /^run run 7, done, step 40 of 100/);
  });

  it('never show one as running that no one watches over', async () => {
    const [vanished] = await runs();
    assert.equal(vanished!.id, 'vanished');
    await until('the state', async () => (await runs())[0]!.row.state === 'lost');
    const [icon, failed] = (await runs()).slice(0, 2).map((node) => api.runTree.getTreeItem(node).iconPath);
    assert.equal((icon as vscode.ThemeIcon).id, 'question');
    assert.equal((failed as vscode.ThemeIcon).id, 'error');
  });

  it('have their checkpoints below them, the newest first, those that are gone told apart', async () => {
    const node = (await runs()).find(({ id }) => id === 'many-7')!;
    const children = await api.runTree.getChildren(node);
    assert.deepEqual(
      children
        .map((child) => api.runTree.getTreeItem(child))
        .map(({ label, contextValue }) => [label, contextValue]),
      [
        ['step 30', 'checkpoint gone'],
        ['step 20', 'checkpoint'],
      ],
    );
    assert.equal(api.runTree.getParent(children[0]!), node);
  });

  it('stay the same objects while others change', async () => {
    const before = await runs();
    await leave('many-7', 7, 'failed', 'a fault');
    await until('the change', () => api.runs.row('many-7')?.state === 'failed');
    const now = await runs();
    assert.ok(now.every((node, index) => node === before[index]));
    assert.equal(
      api.runTree.getTreeItem(now.find(({ id }) => id === 'many-7')!).contextValue,
      'run failed train checkpoint',
    );
  });

  it('open their log and their spec', async () => {
    await vscode.commands.executeCommand('heldout.runs.openSpec', { id: 'broke' });
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'name: run 98\n');
    await vscode.commands.executeCommand('heldout.runs.openLog', { id: 'broke' });
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'began\n');
  });

  it('hide no other when one of them can’t be read', async () => {
    await mkdir(path.join(folder, 'damaged'));
    await writeFile(path.join(folder, 'damaged', 'job.json'), '{}');
    const nodes = await until('the fault', async () => {
      const all = await api.runTree.getChildren();
      return all.some(({ kind }) => kind === 'problem') && all;
    });
    assert.equal(nodes.length, 101);
    assert.match(String(api.runTree.getTreeItem(nodes.at(-1)!).description), /not the file of a job/);
  });
});

describe('words of runs', () => {
  it('say times in two units at most', () => {
    assert.deepEqual([0.2, 59, 61, 3599, 7505, 200_000].map(durationWord), [
      '1 s',
      '59 s',
      '1 min',
      '1 h 0 min',
      '2 h 5 min',
      '2 d 7 h',
    ]);
  });

  it('say how it goes, and what it does where nothing is measured', () => {
    const row = {
      id: 'a',
      kind: 'train' as const,
      name: 'a',
      launcher: 'machine' as const,
      slurmJob: null,
      created: NOON,
      state: 'running' as const,
      since: NOON,
      reason: null,
      attempt: 1,
      step: 12,
      steps: 4000,
      loss: 2.34567,
      tokensPerSecond: 35_214,
      secondsLeft: 7505,
      activity: null,
      checkpoint: null,
    };
    assert.deepEqual(runWords(row), [
      'running',
      'step 12 of 4,000',
      'loss 2.346',
      '35,200 tokens/s',
      '2 h 5 min left',
    ]);
    const early = { ...row, step: null, loss: null, tokensPerSecond: null, secondsLeft: null };
    assert.deepEqual(runWords({ ...early, activity: 'reading weights' }), ['running', 'reading weights']);
    assert.deepEqual(runWords({ ...early, state: 'queued', reason: 'waits for a GPU' }), [
      'queued',
      'waits for a GPU',
    ]);
  });
});
