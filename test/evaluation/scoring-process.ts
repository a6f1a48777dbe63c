/** Speaks the runner's part of an evaluation by a bigram model: `-m heldout_runner evaluate FOLDER`, as a test starts it. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { evaluateJob, scoreRequest } from '../../server/protocol.ts';
import { NgramModel } from './ngram.ts';

const [, module, verb, folder] = process.argv.slice(2) as [string, string, string, string];
if (module !== 'heldout_runner' || verb !== 'evaluate') process.exit(64);
const job = evaluateJob.parse(JSON.parse(readFileSync(join(folder, 'evaluate.json'), 'utf8')));
if (existsSync(join(job.checkpoint, 'broken'))) {
  const event = {
    event: 'failed',
    code: 'bad-checkpoint',
    text: 'the weights lack a layer',
    advice: 'save it again',
  };
  writeFileSync(join(folder, 'work.jsonl'), `${JSON.stringify({ time: Date.now(), ...event })}\n`);
  process.exit(1);
}
if (existsSync(join(job.checkpoint, 'noisy'))) {
  const bytes = Buffer.from('reading weights: größer\n\ndone');
  for (const at of [0, 9, 20]) {
    process.stderr.write(bytes.subarray(at, at === 0 ? 9 : at === 9 ? 20 : undefined));
    await wait(50);
  }
}
const model = new NgramModel();
for (const line of readFileSync(join(folder, 'requests.jsonl'), 'utf8').trimEnd().split('\n')) {
  const request = scoreRequest.parse(JSON.parse(line));
  const { id, prefix } = request;
  let answer: object;
  if (request.kind === 'rank') {
    const log_likelihoods = request.continuations.map((text) => model.sum(prefix, text));
    answer = { id, log_likelihoods, tokens: request.continuations.map(() => 1), truncated: 0 };
  } else if (prefix.includes('fails')) answer = { id, error: 'no room' };
  else {
    const written = model.write(model.tokenizer.ids(prefix), request.max_tokens);
    answer = { id, text: model.tokenizer.decode(written), tokens: written.length, truncated: 0 };
  }
  // In two writes, as a reader may see any file.
  const text = `${JSON.stringify(answer)}\n`;
  appendFileSync(join(folder, 'scores.jsonl'), text.slice(0, 9));
  appendFileSync(join(folder, 'scores.jsonl'), text.slice(9));
}
