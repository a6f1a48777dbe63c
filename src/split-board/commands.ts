import * as z from 'zod';
import { split, splitRemedy } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import type { BenchPages } from '../mixture/pages.ts';
import { moveTasks, pickSplit } from '../tasks/move.ts';
import { applyRemedy } from './remedies.ts';

const move = z.object({ tasks: z.array(z.string()).min(1), to: split.optional() });

export function splitBoardCommands(context: Context, pages: BenchPages): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    { id: 'heldout.showSplitBoard', enabled: imported, run: () => pages.show('split-board') },
    {
      id: 'heldout.splits.move',
      enabled: imported,
      run: async (wanted) => {
        const { tasks, to } = move.parse(wanted);
        const place = to ?? (await pickSplit(tasks.length));
        if (place) await moveTasks(context, tasks, 'split', place);
      },
    },
    {
      id: 'heldout.splits.remedy',
      enabled: imported,
      run: (remedy) => applyRemedy(context, splitRemedy.parse(remedy)),
    },
  ];
}
