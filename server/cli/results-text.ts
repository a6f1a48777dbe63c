import type { ResultsFile } from '../protocol.ts';

/** What the clean scores of results rest on. */
export function overlapInWords({ overlap }: ResultsFile): string {
  if (overlap.state === 'none')
    return 'no clean scores: overlaps were not looked for; "heldout overlap" finds them';
  if (overlap.state === 'old')
    return `clean scores rest on the overlaps of ${overlap.at}, before the bench changed; tasks that changed have none`;
  return `clean scores: examples that share no ${overlap.ngram}-gram with the train side, as of ${overlap.at}`;
}
