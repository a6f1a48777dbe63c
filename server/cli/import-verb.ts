import type { Command } from 'commander';
import { importBench } from '../catalog/import.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { printJson, printLine, printTable } from './output.ts';

export function declareImport(verb: Command): void {
  verb.action((options: Common) =>
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
