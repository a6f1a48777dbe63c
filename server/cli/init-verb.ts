import { resolve } from 'node:path';
import type { Command } from 'commander';
import { proposeBench, writeBench } from '../engine/init.ts';
import type { Common } from './common.ts';
import { percent, printJson, printLine, printTable } from './output.ts';

export function declareInit(verb: Command): void {
  const [folder] = verb.registeredArguments;
  folder!.default('.').description = 'the folder';
  verb
    .option('--dry-run', 'show what was recognised, write nothing')
    .action(async (given: string, options: Common & { dryRun?: boolean }) => {
      const folder = resolve(given);
      const root = resolve(options.bench ?? folder);
      const report = await (options.dryRun ? proposeBench(root, folder) : writeBench(root, folder));
      if (options.json) return printJson(report);
      printTable(
        ['collection', 'format', 'path', 'sure', 'published split'],
        report.collections.map(({ name, format, path, confidence, splitLists }) => [
          name,
          format,
          path,
          percent(confidence),
          splitLists ?? '',
        ]),
      );
      if (!options.dryRun) printLine(`wrote ${report.file}`);
    });
}
