import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { buildBench } from '../engine/build/run.ts';
import { type BuildFormat, buildFormat, buildQuery } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import { counted, printJson, printLine } from './output.ts';

interface BuildOptions extends Common {
  format: BuildFormat;
  seed: number;
  shots: number;
  workers?: number;
  allowOpen?: boolean;
}

export function declareBuild(verb: Command): void {
  verb
    .addOption(
      new Option('--format <name>', 'how instances are written')
        .choices(buildFormat.options)
        .default('jsonl'),
    )
    .option('--seed <number>', 'what draws instances, delimiters and demonstrations', wholeNumber, 0)
    .option('--shots <number>', 'demonstrations before each example', wholeNumber, 0)
    .option('--workers <n>', 'threads (default: one a core)', positiveNumber)
    .option('--allow-open', 'build although pairs are undecided, or splits names what is not there')
    .action((out: string, options: BuildOptions) =>
      withSession(options, async (session) => {
        const { format, seed, shots, allowOpen, workers } = options;
        const query = askedFor(buildQuery, { out: resolve(out), format, seed, shots, allowOpen });
        const report = await buildBench(session, query, {
          workers,
          signal: interruptible(),
          onStep: showProgress(),
        });
        if (report.openPairs > 0)
          process.stderr.write(`warning: ${counted(report.openPairs, 'pair')} stood undecided\n`);
        if (options.json) return printJson(report);
        const { instances, leftOut, seconds, bytes } = report;
        printLine(
          `${counted(report.tasks, 'task')}: ${counted(instances.train, 'train instance')}, ${instances.dev} dev, ${instances.test} test`,
        );
        if (leftOut.empty + leftOut.failed > 0) {
          printLine(
            `left out: ${counted(leftOut.empty, 'instance')} without a target, ${leftOut.failed} that their template fails on`,
          );
        }
        const rate = `${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s`;
        printLine(`${counted(report.files, 'file')} in ${report.out} (${rate}); ${report.datasheet}`);
      }),
    );
}
