import { type Command, Option } from 'commander';
import { instanceDocument, instanceView, promptOf } from '../engine/instance-view.ts';
import { instanceQuery, type PromptStyle } from '../protocol.ts';
import { askedFor } from './asked.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { promptsOption } from './prompts-option.ts';

interface PromptOptions extends Common {
  example: number;
  template?: string;
  prompts: PromptStyle;
  shots: number;
  seed: number;
  tokenizer?: string;
  metaicl?: string;
}

export function declarePrompt(verb: Command): void {
  verb
    .option('--example <number>', 'the example, from 0', wholeNumber, 0)
    .option('--template <name>', 'the template (default: the first)')
    .addOption(promptsOption())
    .option('--shots <number>', 'demonstrations before the example', wholeNumber, 0)
    .option('--seed <number>', 'what draws the delimiter and the demonstrations', wholeNumber, 0)
    .option('--tokenizer <file>', 'a tokenizer.json (default: words are counted)')
    .addOption(
      new Option('--metaicl <loss>', 'put together as in MetaICL training').choices(['plain', 'suffix']),
    )
    .action((task: string, options: PromptOptions) =>
      withSession(options, async (session) => {
        const { json: _, bench: __, ...asked } = options;
        const query = askedFor(instanceQuery, { task, ...asked });
        if (options.json) return printJson(await promptOf(session, query));
        printLine(instanceDocument(await instanceView(session, query)));
      }),
    );
}
