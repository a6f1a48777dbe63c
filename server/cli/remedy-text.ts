import { relative } from 'node:path';
import type { SplitRemedy } from '../protocol.ts';

/** A remedy as the command that does it; `REASON` stands for what the person has to say. */
export function commandOf(remedy: SplitRemedy): string {
  switch (remedy.kind) {
    case 'hold-out-category':
      return move(remedy.tasks, 'test');
    case 'move-tasks':
      return move(remedy.tasks, remedy.to);
    case 'leave-out':
      return move(remedy.tasks, 'none');
    case 'rule-on-pair':
      return `heldout decide ${words(remedy.train, remedy.eval, remedy.verdict)} --reason REASON`;
    case 'review-pair':
      return `heldout pair ${words(remedy.train, remedy.eval)}`;
    case 'allow-source':
      return `heldout allow ${words(remedy.source)} --reason REASON`;
    case 'find-overlaps':
      return 'heldout overlap';
    case 'edit-bench': {
      const { file, line } = remedy.location;
      return `edit ${[relative(process.cwd(), file) || file, line].filter((part) => part !== undefined).join(':')}`;
    }
  }
}

function move(tasks: readonly string[], side: string): string {
  return `heldout move ${words(...tasks)} --split ${side} --reason REASON`;
}

/** As a POSIX shell takes them. */
function words(...all: readonly string[]): string {
  return all
    .map((word) => (/^[\w./:@%+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
