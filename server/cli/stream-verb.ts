import { resolve } from 'node:path';
import type { Command } from 'commander';
import { feed } from '../engine/training/feed.ts';
import { showProgress } from './common.ts';
import { say } from './output.ts';

export function declareStream(verb: Command): void {
  verb.action((job: string) => stream(resolve(job)));
}

async function stream(job: string): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  await feed(job, { signal: stop.signal, onStep: showProgress(), say });
}
