import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '../base/problem.ts';
import { findBench } from '../bench/bench.ts';
import { Session } from '../engine/session.ts';
import { type CheckRun, checkBench, checkFiles } from '../engine/template-check-run.ts';
import { isTemplateFile } from '../engine/template-places.ts';
import type { CheckReport, TemplateFinding } from '../protocol.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { readDeclarations } from './declarations.ts';
import { printJson, printLine } from './output.ts';
import { FINDINGS } from './status.ts';

interface CheckOptions extends Common {
  /** A file; false with `--no-declarations`. */
  declarations?: string | boolean;
  scores?: boolean;
  open?: boolean;
  severity: TemplateFinding['severity'];
}

const SEVERITIES = ['information', 'warning', 'error'] as const;

export function declareCheck(verb: Command): void {
  verb
    .option('--declarations <file>', 'JSON or JSONL of {task, inputs, targets} instead of the decisions')
    .option('--no-declarations', 'as if nobody had declared a task')
    .option('--open', 'only what stands on templates that nobody has ruled on')
    .option('--scores', 'add every template and how likely it alters its task')
    .addOption(
      new Option('--severity <least>', 'leave lesser findings out')
        .choices(SEVERITIES)
        .default('information'),
    )
    .action(async (given: readonly string[], options: CheckOptions) => {
      const run: CheckRun = {
        declarations: declarationsOf(options.declarations),
        open: options.open,
        signal: interruptible(),
        onStep: showProgress(),
      };
      if (given.length === 0)
        return withSession(options, async (session) => show(await checkBench(session, run), options));
      const files = given.flatMap(filesOf);
      const root = options.bench ?? importedBench();
      const session = root === undefined ? undefined : new Session(root);
      try {
        show(await checkFiles(files, session, run), options);
      } finally {
        session?.close();
      }
    });
}

/** The nearest bench, if it was imported: one that was not knows nothing of the files. */
function importedBench(): string | undefined {
  const root = findBench(process.cwd());
  return root !== undefined && existsSync(join(root, '.heldout', 'catalog.db')) ? root : undefined;
}

function declarationsOf(given: string | boolean | undefined): CheckRun['declarations'] {
  if (given === false) return 'none';
  return typeof given === 'string' ? readDeclarations(given) : 'decided';
}

/** A file as it is; of a folder, the files of templates below it. */
function filesOf(given: string): string[] {
  const path = resolve(given);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new InputError('there is no such file', { file: given });
  if (!stat.isDirectory()) return [path];
  const below = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isTemplateFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (below.length === 0)
    throw new InputError('no templates.yaml and no templates*.py is below it', { file: given });
  return below;
}

function show({ findings: all, scores }: CheckReport, options: CheckOptions): void {
  const least = SEVERITIES.indexOf(options.severity);
  const findings = all.filter(({ severity }) => SEVERITIES.indexOf(severity) >= least);
  if (options.json) printJson({ findings, ...(options.scores ? { scores } : {}) });
  else {
    for (const finding of findings) printLine(lineOf(finding));
    if (options.scores) {
      for (const { file, line, task, template, score } of scores ?? [])
        printLine(`${placeOf(file, line)}: ${score.toFixed(3)} ${task} "${template}"`);
    }
    printLine(`${findings.length} findings on ${scores?.length ?? 0} templates`);
  }
  if (findings.length > 0) process.exitCode ||= FINDINGS;
}

function lineOf({ file, line, code, severity, score, message, template }: TemplateFinding): string {
  const sure = score < 1 ? ` (${score.toFixed(2)})` : '';
  const name = template === undefined ? '' : `"${template}": `;
  return `${placeOf(file, line)}: ${severity} ${code}${sure}: ${name}${message}`;
}

function placeOf(file: string, line: number): string {
  return `${relative(process.cwd(), file) || file}:${line}`;
}
