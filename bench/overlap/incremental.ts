/**
 * How long after a save the pairs of a bench are up to date, on a bench that `paper-shape.ts` wrote: in the
 * server, as an editor runs it (watcher, import, scan, pairs), and by the command line (`import`, then
 * `overlap`). One example of a task of 5,000 gets text of an eval example, then loses it again. The build in
 * dist/ is what runs: `npm run build` first.
 *
 *   node bench/overlap/incremental.ts FOLDER [--rounds 5]
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import {
  notifications,
  type ParamsOf,
  type RequestName,
  type ResultOf,
  requests,
} from '../../server/protocol.ts';
import { EDITED_TASKS } from './paper-shape.ts';

const DIST = resolve(import.meta.dirname, '../../dist');
const FILES: Record<(typeof EDITED_TASKS)[number], string> = {
  'natural-instructions/task0000_edited': 'train/natural-instructions/task0000_edited.json',
  'seqio/edited': 'train/seqio/edited.jsonl',
};

/** The server as a process, with what it tells of changed pairs. */
class Served {
  private readonly child = spawn(process.execPath, [join(DIST, 'server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  private readonly connection = createMessageConnection(
    new StreamMessageReader(this.child.stdout),
    new StreamMessageWriter(this.child.stdin),
  );
  private onPairs: (() => void) | undefined;

  async start(folder: string): Promise<void> {
    this.connection.onNotification(notifications.changed.method, (params: unknown) => {
      if (notifications.changed.params.parse(params).what.includes('pairs')) this.onPairs?.();
    });
    this.connection.listen();
    const initializationOptions = { folder, reviewer: 'Ada <ada@example.org>', trusted: true };
    const nothing = { processId: process.pid, rootUri: null, capabilities: {} };
    await this.connection.sendRequest('initialize', { ...nothing, initializationOptions });
    await this.connection.sendNotification('initialized', {});
    await this.ask('state', {});
    // What it does by itself after it has started.
    await this.ask('import', {});
  }

  async ask<Name extends RequestName>(name: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
    return requests[name].result.parse(
      await this.connection.sendRequest(requests[name].method, params),
    ) as ResultOf<Name>;
  }

  /** Resolves with the milliseconds until `right` holds, asked whenever pairs are told to have changed. */
  async until(right: () => Promise<boolean>, work: () => void): Promise<number> {
    let told: () => void = () => {};
    let waiting = new Promise<void>((next) => (told = next));
    this.onPairs = () => told();
    const started = performance.now();
    work();
    for (;;) {
      await waiting;
      waiting = new Promise<void>((next) => (told = next));
      if (await right()) return performance.now() - started;
    }
  }

  /** Milliseconds of processor time of all its threads so far. */
  processor(): number {
    return processorOf(`/proc/${this.child.pid}/stat`, [13, 14]);
  }

  memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.child.once('exit', done));
    this.connection.dispose();
    this.child.kill();
    await gone;
  }
}

/** Milliseconds from the fields of a process's `stat`, which count hundredths of a second. */
function processorOf(path: string, fields: number[]): number {
  const text = readFileSync(path, 'utf8');
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // The state, after the name, is field 2 from 0.
  return fields.reduce((sum, field) => sum + Number(words[field - 2]) * 10, 0);
}

function cli(folder: string, ...verb: string[]): { seconds: number; processor: number; said: string } {
  const started = performance.now();
  const children = () => processorOf('/proc/self/stat', [15, 16]);
  const before = children();
  const said = execFileSync(process.execPath, [join(DIST, 'cli.js'), ...verb, '--bench', folder, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    // Its progress.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { seconds: (performance.now() - started) / 1000, processor: children() - before, said };
}

/** The task's file with and without words of an eval example in its last record. */
function versions(path: string, leak: string): { clean: string; leaking: string } {
  const clean = readFileSync(path, 'utf8');
  const key = path.endsWith('.json') ? '"input":"' : '"inputs":"';
  const at = clean.lastIndexOf(key) + key.length;
  return { clean, leaking: `${clean.slice(0, at)}${leak} ${clean.slice(at)}` };
}

/** Twenty words from the middle of an eval task's first example. */
function leakFrom(folder: string): { task: string; text: string } {
  const file = JSON.parse(readFileSync(join(folder, 'eval/natural-instructions/held1.json'), 'utf8')) as {
    Instances: { input: string }[];
  };
  const long = file.Instances.map(({ input }) => input.split(/\s+/)).find((words) => words.length > 60)!;
  return {
    task: 'natural-instructions-eval/held1',
    text: JSON.stringify(long.slice(20, 40).join(' ')).slice(1, -1),
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const folder = resolve(positionals[0]!);
const rounds = Number(values.rounds);
const numbers = (list: number[]) => list.map((one) => one.toFixed(0)).join(', ');
const leak = leakFrom(folder);

console.log(`first import ${cli(folder, 'import').seconds.toFixed(1)} s`);
const first = cli(folder, 'overlap');
const { pairs } = JSON.parse(first.said) as ResultOf<'overlap'>;
console.log(
  `first overlap ${first.seconds.toFixed(1)} s (${(first.processor / 1000).toFixed(1)} of processor), ${pairs.length} pairs`,
);

for (const task of EDITED_TASKS) {
  const path = join(folder, FILES[task]);
  const { clean, leaking } = versions(path, leak.text);
  const server = new Served();
  try {
    await server.start(folder);
    const overlapping = async () => {
      try {
        return (await server.ask('pair', { train: task, eval: leak.task })).row.overlapping;
      } catch {
        return 0;
      }
    };
    const before = await overlapping();
    const times: number[] = [];
    const processor: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // A save that follows a save of the same second proves less: the watcher and mtimes are given time.
      await new Promise((next) => setTimeout(next, 2500));
      const used = server.processor();
      const [text, wanted] = round % 2 === 0 ? [leaking, before + 1] : [clean, before];
      times.push(
        await server.until(
          async () => (await overlapping()) === wanted,
          () => writeFileSync(path, text),
        ),
      );
      processor.push(server.processor() - used);
    }
    console.log(
      `server, ${task}: ${numbers(times)} ms from the save (${numbers(processor)} of processor); ` +
        `peak ${server.memory().toFixed(0)} MB`,
    );
  } finally {
    await server.stop();
    writeFileSync(path, clean);
  }
  cli(folder, 'import');
  cli(folder, 'overlap');
  const runs = Array.from({ length: rounds }, (_, round) => {
    writeFileSync(path, round % 2 === 0 ? leaking : clean);
    return [cli(folder, 'import'), cli(folder, 'overlap')] as const;
  });
  writeFileSync(path, clean);
  for (const [at, verb] of ['import', 'overlap'].entries()) {
    const wall = runs.map((run) => run[at]!.seconds * 1000);
    const processor = runs.map((run) => run[at]!.processor);
    console.log(`command line, ${task}, ${verb}: ${numbers(wall)} ms (${numbers(processor)} of processor)`);
  }
}
