/** Scores requests slowly into a journal, by a bigram model; run by the journal's test, which kills it. Prints how many it scored. */
import { setTimeout as wait } from 'node:timers/promises';
import { Journal, requestKey } from '../../server/evaluation/journal.ts';
import type { ScoreRequest } from '../../server/protocol.ts';
import { NgramModel } from './ngram.ts';

const [folder, count] = process.argv.slice(2) as [string, string];
const model = new NgramModel();
const journal = Journal.open(folder);
let scored = 0;
for (let number = 0; number < Number(count); number++) {
  const request: ScoreRequest = {
    id: '',
    kind: 'rank',
    prefix: `Well ${number}:`,
    continuations: [' dry', ' wet'],
  };
  const key = requestKey(request, []);
  if (journal.get(key)) continue;
  const sums = request.continuations.map((text) => model.sum(request.prefix, text));
  journal.add(key, { id: key, log_likelihoods: sums, tokens: [1, 1], truncated: 0 });
  scored++;
  if (number % 8 === 0) await wait(2);
}
journal.close();
console.log(scored);
