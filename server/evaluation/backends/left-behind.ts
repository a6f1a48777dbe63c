import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { linesFrom } from '../../base/lines.ts';
import {
  type EvaluateJob,
  evaluateJob,
  type ScoreAnswer,
  type ScoreRequest,
  scoreAnswer,
  scoreRequest,
} from '../../protocol.ts';
import { requestKey } from '../journal.ts';

export function jobText(job: EvaluateJob): string {
  return `${JSON.stringify(job)}\n`;
}

/** What the runner answered in folders that nobody read to their end, since who had made them was killed. */
export class LeftBehind {
  /** To be taken away once the answers are kept elsewhere. */
  readonly folders: readonly string[];
  readonly #answers = new Map<string, ScoreAnswer>();

  /** Folders below `within` that begin with `prefix`, which tells the weights; only what was scored in the same way is taken over. */
  constructor(within: string, prefix: string, job: EvaluateJob) {
    const names = readdirSync(within).filter((name) => name.startsWith(prefix));
    this.folders = names.map((name) => join(within, name));
    for (const folder of this.folders) {
      const about = join(folder, 'evaluate.json');
      const left = existsSync(about) ? evaluateJob.safeParse(parsed(readFileSync(about, 'utf8'))) : undefined;
      if (left?.success && workOf(left.data) === workOf(job)) this.#read(folder);
    }
  }

  /** The answer to the very same request. */
  take(request: ScoreRequest): ScoreAnswer | undefined {
    const answer = this.#answers.get(contentOf(request));
    return answer && { ...answer, id: request.id };
  }

  #read(folder: string): void {
    const answered = new Map<string, ScoreAnswer>();
    for (const { text } of linesFrom(join(folder, 'scores.jsonl'), 0)) {
      const answer = scoreAnswer.safeParse(parsed(text));
      if (answer.success && !('error' in answer.data)) answered.set(answer.data.id, answer.data);
    }
    if (answered.size === 0) return;
    for (const { text } of linesFrom(join(folder, 'requests.jsonl'), 0)) {
      const request = scoreRequest.safeParse(parsed(text));
      const answer = request.success ? answered.get(request.data.id) : undefined;
      if (answer) this.#answers.set(contentOf(request.data!), answer);
    }
  }
}

/** What decides the scores, but for the weights: the folder may be another one, as those of exports are. */
function workOf({ checkpoint, tokenizer, length, device, precision, batch_tokens }: EvaluateJob): string {
  return JSON.stringify([relative(checkpoint, tokenizer), length, device, precision, batch_tokens]);
}

/** By what it asks alone: the work, which says the rest, is the same. */
const contentOf = (request: ScoreRequest) => requestKey(request, []);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
