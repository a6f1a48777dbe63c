import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffBenches } from '../../server/engine/diff.ts';
import type { Session } from '../../server/engine/session.ts';
import { type BenchDiff, benchDiff, type TaskDiff } from '../../server/protocol.ts';
import { importedSession, quiet } from './bench.ts';

export const YAML = `collections:
  - { name: notes, format: jsonl, path: data/notes, use: train, fields: { input: question, target: answer } }
  - { name: quiz, format: jsonl, path: data/quiz, use: eval, fields: { input: question, target: answer } }
  - { name: far, format: jsonl, path: ../far, use: train, fields: { input: question, target: answer } }
`;

export const lines = (count: number, what: string) =>
  Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ question: `${what} ${at}?`, answer: `${at}` })}\n`,
  ).join('');

/** Tasks with what changed of them. */
export const what = (tasks: readonly TaskDiff[]) =>
  tasks.map(({ task, changes }) => [
    task,
    ...changes.map((change) => `${change.what}: ${change.from} → ${change.to}`),
  ]);
export const told = (diff: BenchDiff) => ({
  entered: what(diff.entered),
  left: what(diff.left),
  changed: what(diff.changed),
  same: diff.same,
});

/** A bench of three small collections in a repository of its own, committed and imported; one lies outside of it. */
export class CommittedBench {
  readonly work = mkdtempSync(join(tmpdir(), 'heldout-revisions-'));
  readonly root = join(this.work, 'bench');
  session!: Session;

  async make(): Promise<void> {
    for (const folder of ['data/notes', 'data/quiz', '../far'])
      mkdirSync(join(this.root, folder), { recursive: true });
    this.put('heldout.yaml', YAML);
    this.put('.gitignore', '.heldout/\n');
    this.put('data/notes/birds.jsonl', lines(30, 'bird'));
    this.put('data/notes/trees.jsonl', lines(12, 'tree'));
    this.put('data/quiz/rivers.jsonl', lines(8, 'river'));
    this.put('../far/stars.jsonl', lines(5, 'star'));
    this.git('init', '-q');
    this.commit();
    this.session = await importedSession(this.root);
  }

  /** Takes it away; no comparison may have left anything behind. */
  remove(): void {
    this.session.close();
    assert.deepEqual(this.leftAside(), []);
    rmSync(this.work, { recursive: true, force: true });
  }

  put(file: string, text: string): void {
    writeFileSync(join(this.root, file), text);
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: this.root,
      stdio: 'pipe',
      encoding: 'utf8',
    });
  }

  commit(): void {
    this.git('add', '-A', '.');
    this.git('commit', '-q', '-m', 'a state of the bench');
  }

  async compare(a: string, b: string, of = this.session): Promise<BenchDiff> {
    return benchDiff.parse(await diffBenches(of, a, b, quiet()));
  }

  leftAside(of = this.root): string[] {
    const beside = join(of, '.heldout');
    return existsSync(beside) ? readdirSync(beside).filter((name) => name.startsWith('aside')) : [];
  }
}
