import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { importBench } from '../catalog/import.ts';
import { proposeBench, writeBench } from '../engine/init.ts';
import { type Common, interruptible, showProgress, withSession } from './context.ts';
import { percent, printJson, printLine, printTable } from './output.ts';

export function addBenchVerbs(program: Command): void {
  program
    .command('init')
    .description('write a heldout.yaml (in --bench, else in the folder) from what lies in a folder')
    .addArgument(new Argument('[folder]', 'the folder').default('.'))
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

  program
    .command('import')
    .description('read the collections; files that did not change are not read again')
    .action((options: Common) =>
      withSession(options, async (session) => {
        const { signal, onStep } = { signal: interruptible(), onStep: showProgress() };
        const report = await importBench(session.bench, session.catalog, { signal, onStep });
        if (options.json) return printJson(report);
        printTable(
          ['collection', 'format', 'tasks', 'examples', 'templates', 'MB', 'read', 'skipped', 'files read'],
          report.collections.map((each) => [
            each.name,
            each.format,
            each.tasks,
            each.examples,
            each.templates,
            (each.bytes / 1e6).toFixed(1),
            each.read,
            each.skipped.length,
            `${each.filesRead}/${each.files}`,
          ]),
        );
        for (const each of report.collections) {
          for (const { file, line, reason } of each.skipped)
            printLine(`${file}:${line > 0 ? `${line}:` : ''} ${reason}`);
        }
      }),
    );
}
