/**
 * How fast a build is written, and the memory that it takes; beside it the same construction in Python with
 * Hugging Face `datasets`, `map` on all cores.
 *
 *   node bench/build.ts [--bytes 2e9] [--workers N] [--rounds 3] [--no-python]
 *
 * The bench is generated (`bench/generate.ts`) under `.cache/`, and so is the Python environment. Each side
 * reads the files and writes JSON Lines; ours is the command line's `import` and `build`, processes and all.
 * The best of the rounds counts; processor time, of all processes, misleads less on a busy machine. Memory: the
 * largest sum over a side's processes (Linux: proportional set size), looked at ten times a second.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { buildReport } from '../server/protocol.ts';
import { generate } from './generate.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CACHE = join(ROOT, '.cache');
const CLI = join(ROOT, 'server', 'cli.ts');

const BENCH = `collections:
  - { name: sni, format: natural-instructions, path: natural-instructions, use: train }
  - { name: lines, format: seqio, path: seqio, use: train }
limits: { examples_per_task: 100000000 }
`;

interface Measured {
  seconds: number;
  /** Processor seconds. */
  cpu: number;
  /** Bytes; 0 where the system doesn't tell. */
  memory: number;
  printed: string;
}

/** A process and all below it. */
function family(pid: number): number[] {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [pid];
  }
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(family)];
}

function memoryOf(pid: number): number {
  let kilobytes = 0;
  for (const one of family(pid)) {
    try {
      const rollup = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
      kilobytes += Number(/^Pss:\s+(\d+) kB/mu.exec(rollup)?.[1] ?? 0);
    } catch {
      // It ended meanwhile, or this is no Linux.
    }
  }
  return kilobytes * 1024;
}

/** Processor seconds of a shell's children, by the last line of its `times`: `1m2.5s 0m3.4s`. */
function cpuOf(times: string): number {
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/gu)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return parts.reduce((sum, part) => sum + part, 0);
}

function run(program: string, args: readonly string[], cwd = ROOT): Promise<Measured> {
  const started = performance.now();
  const script = ['-c', '"$@" && times', 'sh', program, ...args];
  const child = spawn('sh', script, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  let memory = 0;
  const watch = setInterval(() => (memory = Math.max(memory, memoryOf(child.pid!))), 100);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      const seconds = (performance.now() - started) / 1000;
      const lines = printed.trimEnd().split('\n');
      const cpu = cpuOf(lines.at(-1)!);
      if (code === 0) resolve({ seconds, cpu, memory, printed: lines.slice(0, -2).join('\n') });
      else reject(new Error(`${program} ${args[0]} ended with ${code}\n${errors.slice(-2000)}`));
    });
  });
}

/** The environment's interpreter, made on demand. */
function python(): string {
  const folder = join(CACHE, 'bench-build');
  const interpreter = join(folder, 'bin', 'python');
  if (existsSync(interpreter)) return interpreter;
  const requirements = join(ROOT, 'bench', 'build-requirements.txt');
  for (const [program, args] of [
    ['python3', ['-m', 'venv', folder]],
    [interpreter, ['-m', 'pip', 'install', '--quiet', '-r', requirements]],
  ] as const) {
    const { status } = spawnSync(program, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${program} ${args[1]} failed`);
  }
  return interpreter;
}

const theirs = z.object({ instances: z.int(), bytes: z.int(), seconds: z.number() });

interface Row {
  name: string;
  seconds: number;
  cpu: number;
  instances: number;
  bytes: number;
  memory: number;
}

function show(rows: readonly Row[]): void {
  console.log('| construction | seconds | processor s | instances/s | MB/s written | memory, MB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, seconds, cpu, instances, bytes, memory } of rows) {
    const cells = [
      seconds.toFixed(1),
      cpu.toFixed(1),
      Math.round(instances / seconds).toLocaleString('en'),
      (bytes / 1e6 / seconds).toFixed(1),
      memory > 0 ? Math.round(memory / 1e6).toLocaleString('en') : '',
    ];
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      bytes: { type: 'string', default: '2e9' },
      workers: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      python: { type: 'boolean', default: true },
    },
  });
  const bytes = Number(values.bytes);
  const workers = Number(values.workers ?? availableParallelism());
  const data = join(CACHE, `bench-build-data-${bytes}`);
  if (!existsSync(join(data, 'heldout.yaml'))) {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    generate(data, bytes, 1);
    writeFileSync(join(data, 'heldout.yaml'), BENCH);
  }
  const out = join(CACHE, 'bench-build-out');
  const best = new Map<string, Row>();
  const keep = (row: Row) => {
    const known = best.get(row.name);
    if (!known || row.seconds < known.seconds) best.set(row.name, row);
  };
  const interpreter = values.python ? python() : undefined;
  for (let round = 0; round < Number(values.rounds); round++) {
    rmSync(join(data, '.heldout'), { recursive: true, force: true });
    rmSync(out, { recursive: true, force: true });
    const read = await run(process.execPath, [CLI, 'import', '--json'], data);
    const args = [CLI, 'build', out, '--allow-open', '--json', '--workers', String(workers)];
    const built = await run(process.execPath, args, data);
    const report = buildReport.parse(JSON.parse(built.printed));
    const size = { instances: report.instances.train, bytes: report.bytes };
    keep({ name: 'heldout build', ...built, ...size });
    const seconds = read.seconds + built.seconds;
    const memory = Math.max(read.memory, built.memory);
    keep({ name: 'heldout import, then build', seconds, cpu: read.cpu + built.cpu, memory, ...size });
    if (!interpreter) continue;
    rmSync(out, { recursive: true, force: true });
    const script = [join(ROOT, 'bench', 'build.py'), data, out, String(workers)];
    const mapped = await run(interpreter, script);
    const found = theirs.parse(JSON.parse(mapped.printed.trim().split('\n').at(-1)!));
    if (found.instances !== size.instances) {
      throw new Error(`Python made ${found.instances} instances, heldout ${size.instances}`);
    }
    keep({ name: `Python datasets.map, ${workers} processes`, ...mapped, ...found });
  }
  rmSync(out, { recursive: true, force: true });
  const files = readdirSync(data, { recursive: true }).length;
  console.log(`${(bytes / 1e6).toFixed(0)} MB in ${files} files, ${workers} cores, Node ${process.version}`);
  show([...best.values()]);
}

await main();
