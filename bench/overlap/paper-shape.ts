/**
 * Writes a bench of the shape of the paper's: 1,545 train tasks and 122 eval tasks in three formats, their
 * sizes spread as in real collections, with fewer and shorter examples so that it fits a disk. Planted:
 * spans of eval examples in train examples, definitions that a train and an eval task share, and one notice
 * that stands in examples of hundreds of tasks. Two train tasks have exactly 5,000 examples, to be edited.
 * The same arguments give the same bytes.
 *
 *   node bench/overlap/paper-shape.ts FOLDER [--train 1500000] [--eval 40000] [--seed 1]
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Writer } from './generate.ts';

const TRAIN_TASKS = 1545;
const EVAL_TASKS = 122;
/** Examples of the tasks that a benchmark edits. */
export const EDITED_EXAMPLES = 5000;
export const EDITED_TASKS = ['natural-instructions/task0000_edited', 'seqio/edited'] as const;
const FLUSH = 1 << 20;

type Format = 'natural-instructions' | 'seqio' | 'crossfit';

interface Shape {
  folder: string;
  /** Examples of each side, about. */
  train: number;
  eval: number;
  seed: number;
}

interface Plan {
  format: Format;
  name: string;
  examples: number;
  definition: string;
  notice: boolean;
}

class Output {
  private held: string[] = [];
  private size = 0;
  private readonly handle: number;
  constructor(path: string) {
    this.handle = openSync(path, 'w');
  }
  add(text: string): void {
    this.held.push(text);
    this.size += text.length;
    if (this.size > FLUSH) this.flush();
  }
  private flush(): void {
    const bytes = Buffer.from(this.held.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.handle, bytes, at);
    this.held = [];
    this.size = 0;
  }
  close(): void {
    this.flush();
    closeSync(this.handle);
  }
}

/** Sizes from a log-normal draw, scaled to a sum; none under 20. */
function sizes(writer: Writer, tasks: number, total: number): number[] {
  const normal = () =>
    Array.from({ length: 6 }, () => writer.below(1000) / 1000 - 0.5).reduce((a, b) => a + b);
  const drawn = Array.from({ length: tasks }, () => Math.exp(normal() * 1.6));
  const sum = drawn.reduce((a, b) => a + b, 0);
  return drawn.map((one) => Math.max(20, Math.round((one / sum) * total)));
}

export class PaperShape {
  private readonly writer: Writer;
  private readonly shape: Shape;
  private readonly notice: string;
  private readonly shared: string[] = [];
  /** Words of some eval examples, by eval task. */
  private readonly plants: string[][][] = [];

  constructor(shape: Shape) {
    this.shape = shape;
    this.writer = new Writer(shape.seed);
    this.notice = `${this.writer.sentence()} ${this.writer.sentence()}`;
  }

  write(): { train: number; eval: number } {
    const { folder, train, eval: held } = this.shape;
    const evalPlans = this.evalPlans(held);
    for (const [at, plan] of evalPlans.entries()) this.task('eval', plan, at);
    const trainPlans = this.trainPlans(train);
    for (const plan of trainPlans) this.task('train', plan, -1);
    const entry = (side: string, use: string) => (format: Format) =>
      `  - { name: ${side === 'train' ? format : `${format}-eval`}, format: ${format}, path: ${side}/${format}, use: ${use} }`;
    const used = (plans: Plan[]) => [...new Set(plans.map(({ format }) => format))];
    const lines = [
      ...used(trainPlans).map(entry('train', 'train')),
      ...used(evalPlans).map(entry('eval', 'eval')),
    ];
    writeFileSync(join(folder, 'heldout.yaml'), `collections:\n${lines.join('\n')}\n`);
    const count = (plans: Plan[]) => plans.reduce((sum, plan) => sum + plan.examples, 0);
    return { train: count(trainPlans), eval: count(evalPlans) };
  }

  private evalPlans(examples: number): Plan[] {
    const { writer } = this;
    return sizes(writer, EVAL_TASKS, examples).map((size, at): Plan => {
      const definition = `${writer.sentence()} ${writer.sentence()}`;
      this.shared.push(definition);
      const format = at % 3 === 2 ? 'seqio' : 'natural-instructions';
      return { format, name: `held${at}`, examples: size, definition, notice: at % 4 === 0 };
    });
  }

  private trainPlans(examples: number): Plan[] {
    const { writer } = this;
    const plans = sizes(writer, TRAIN_TASKS, examples).map((size, at): Plan => {
      const format = at % 6 === 5 ? 'crossfit' : at % 3 === 1 ? 'seqio' : 'natural-instructions';
      const twin = writer.chance(0.2);
      return {
        format,
        name: format === 'crossfit' ? `learnt${at}_16_13_train` : `learnt${at}`,
        examples: size,
        definition: twin ? writer.pick(this.shared) : `${writer.sentence()} ${writer.sentence()}`,
        notice: writer.chance(0.15),
      };
    });
    for (const [at, id] of EDITED_TASKS.entries()) {
      const [format, name] = id.split('/') as [Format, string];
      plans[at] = { ...plans[at]!, format, name, examples: EDITED_EXAMPLES };
    }
    return plans;
  }

  /** Writes one task's file. `held`: the eval task's number, or -1. */
  private task(side: 'train' | 'eval', plan: Plan, held: number): void {
    const { writer } = this;
    const dir = join(this.shape.folder, side, plan.format);
    mkdirSync(dir, { recursive: true });
    const kept: string[][] = [];
    if (held >= 0) this.plants.push(kept);
    const leaks = writer.chance(0.5) ? [writer.below(EVAL_TASKS), writer.below(EVAL_TASKS)] : [];
    const output = new Output(join(dir, plan.name + ENDING[plan.format]));
    output.add(HEAD[plan.format](plan));
    for (let at = 0; at < plan.examples; at++) {
      let input = writer.paragraph(20 + writer.below(120));
      if (plan.notice && writer.chance(0.05)) input += ` ${this.notice}`;
      if (held >= 0 && kept.length < 40 && writer.chance(0.2)) kept.push(input.split(' '));
      if (held < 0 && leaks.length > 0 && writer.chance(0.01)) input += ` ${this.leak(writer.pick(leaks))}`;
      const target = writer.plain(1 + writer.below(4));
      output.add(RECORD[plan.format](plan, input, target, at));
    }
    output.add(TAIL[plan.format]);
    output.close();
  }

  /** A span of an eval example, at times with one word changed. */
  private leak(task: number): string {
    const { writer } = this;
    const from = this.plants[task]!;
    if (from.length === 0) return '';
    const words = [...writer.pick(from)];
    const start = writer.below(Math.max(1, words.length - 20));
    const span = words.slice(start, start + 13 + writer.below(30));
    if (writer.chance(0.2)) span[Math.floor(span.length / 2)] = 'instead';
    return span.join(' ');
  }
}

const ENDING: Record<Format, string> = { 'natural-instructions': '.json', seqio: '.jsonl', crossfit: '.tsv' };
const oneLine = (text: string) => text.replaceAll(/[\t\n\r]/g, ' ');
const nothing = () => '';
const HEAD: Record<Format, (plan: Plan) => string> = {
  'natural-instructions': ({ definition }) =>
    `{\n    "Categories": ["Text"],\n    "Definition": [${JSON.stringify(definition)}],\n    "Instances": [\n`,
  seqio: nothing,
  crossfit: nothing,
};
const TAIL: Record<Format, string> = { 'natural-instructions': '\n    ]\n}\n', seqio: '', crossfit: '' };
const RECORD: Record<Format, (plan: Plan, input: string, target: string, at: number) => string> = {
  'natural-instructions': ({ name }, input, output, at) =>
    `${at > 0 ? ',\n' : ''}        ${JSON.stringify({ id: `${name}-${at}`, input, output: [output] })}`,
  seqio: ({ definition }, input, targets) =>
    `${JSON.stringify({ inputs: `${definition}\n${input}`, targets })}\n`,
  crossfit: ({ definition }, input, output) => `${oneLine(`${definition} ${input}`)}\t${oneLine(output)}\n`,
};

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      train: { type: 'string', default: '1500000' },
      eval: { type: 'string', default: '40000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const folder = positionals[0];
  if (!folder) {
    throw new Error('usage: node bench/overlap/paper-shape.ts FOLDER [--train N] [--eval N] [--seed N]');
  }
  mkdirSync(folder, { recursive: true });
  const shape = { folder, train: Number(values.train), eval: Number(values.eval), seed: Number(values.seed) };
  const made = new PaperShape(shape).write();
  console.log(
    `${made.train.toLocaleString('en')} train examples, ${made.eval.toLocaleString('en')} eval examples`,
  );
}
