import type { Command } from 'commander';
import { examineRunner } from '../jobs/environment/doctor.ts';
import { environmentFolder } from '../jobs/environment/folders.ts';
import { setUpRunner } from '../jobs/environment/setup.ts';
import type { RunnerReport } from '../protocol.ts';
import { interruptible, showProgress } from './common.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { FINDINGS } from './status.ts';

interface RunnerOptions {
  json?: boolean;
  python?: string;
  verbose?: boolean;
}

export function declareRunner(runner: Command): void {
  const verbs = [
    runner
      .command('setup')
      .description(
        `make it from pinned requirements, in ${environmentFolder()}; goes on where it was stopped`,
      )
      .option('--verbose', 'tell all that the installer says')
      .action(async (options: RunnerOptions) => {
        const step = showProgress();
        await setUpRunner({
          signal: interruptible(),
          onStep: step,
          say: (line) => options.verbose && say(line),
        });
        await tell(await examineRunner({}), options);
      }),
    runner
      .command('doctor')
      .description('what is there, what is missing and the command that mends it')
      .option('--python <path>', 'look at this interpreter')
      .action(async (options: RunnerOptions) =>
        tell(await examineRunner({ setting: options.python }), options),
      ),
  ];
  for (const verb of verbs) verb.option('--json', 'print one JSON document on stdout');
}

/** Ends with 1 where training could not begin. */
function tell(report: RunnerReport, { json }: RunnerOptions): void {
  if (!report.ok) process.exitCode = FINDINGS;
  if (json) {
    printJson(report);
    return;
  }
  printLine(report.interpreter ? `${report.interpreter} (${WHO[report.chosenBy]})` : WHO.none);
  printTable(
    ['', 'there', 'wanted', ''],
    report.parts.map(({ name, found, wanted, state }) => [name, found ?? '-', wanted ?? '', STATES[state]]),
  );
  printLine(report.gpus.length > 0 ? `GPUs: ${report.gpus.join('; ')}` : 'no GPU: training runs on the CPU');
  for (const { text, mend, required } of report.problems) {
    printLine(`${required ? 'missing' : 'note'}: ${text}; mend: ${mend}`);
  }
}

const WHO: Record<RunnerReport['chosenBy'], string> = {
  spec: 'named by the run spec',
  setting: 'named by --python or the setting heldout.python',
  editor: 'chosen in the Python extension',
  setup: 'made by "heldout runner setup"',
  none: 'no environment was made or chosen',
};

const STATES: Record<RunnerReport['parts'][number]['state'], string> = {
  fine: '',
  other: 'another version than the one tried',
  missing: 'missing',
  optional: 'not needed',
};
