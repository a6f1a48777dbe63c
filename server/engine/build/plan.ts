import { createHash } from 'node:crypto';
import type { TaskLabels } from '../../curation/export/record.ts';
import type { Choice } from '../../prompts/selection.ts';
import type { BuildFormat } from '../../protocol.ts';
import type { TaskSelection } from '../selection.ts';

/** Counts up whenever the same bench would give other bytes. */
const BUILD_REVISION = 2;

/** Instances of a shard, about. */
const SHARD = 25_000;
/** The same for a task in a compressed file, which is read from its start each time. */
const COMPRESSED_SHARD = 262_144;

/** A stretch of one task's instances: those of the examples `from` up to (not with) `to`. Plain data. */
export interface Piece {
  task: string;
  split: TaskSelection['split'];
  labels: TaskLabels;
  choice: Choice;
  /** Where the templates of the choice stand among all of the task. */
  templates: number[];
  /** Demonstrations are drawn from the task's first examples, so many, */
  shotPool: number;
  /** save for these. */
  removed: Uint32Array | undefined;
  from: number;
  to: number;
  /** Instances, about. */
  expected: number;
}

/** What one file holds. `name` is its path in the build without the ending. */
export interface Shard {
  name: string;
  pieces: Piece[];
  expected: number;
}

export interface BuildPlan {
  /** Changes whenever the instances would. */
  key: string;
  format: BuildFormat;
  seed: number;
  shots: number;
  shards: Shard[];
  /** Instances, about. */
  expected: number;
}

export interface PlanOptions {
  format: BuildFormat;
  seed: number;
  shots: number;
  /** A hash of a task's content. */
  hashOf: (task: string) => string;
}

/** Cuts the selections into files. The same selections give the same files. */
export function planBuild(selections: readonly TaskSelection[], options: PlanOptions): BuildPlan {
  const { format, seed, shots, hashOf } = options;
  const shards: Shard[] = [];
  for (const split of ['train', 'dev', 'test'] as const) {
    const pieces = selections.filter((one) => one.split === split).flatMap(piecesOf);
    for (const [number, group] of grouped(pieces).entries()) {
      const name = `${split}/part-${String(number).padStart(5, '0')}`;
      shards.push({ name, pieces: group, expected: sum(group) });
    }
  }
  const hash = createHash('sha256').update(JSON.stringify([BUILD_REVISION, format, seed, shots]));
  for (const { name, pieces } of shards) {
    for (const piece of pieces) {
      const { removed, choice, ...rest } = piece;
      const { pool, ...how } = choice;
      const plain = { ...rest, how, pool: { ...pool, removed: undefined }, hash: hashOf(piece.task) };
      hash.update(JSON.stringify([name, plain]));
      if (removed) hash.update(removed);
    }
  }
  return {
    key: hash.digest('hex').slice(0, 32),
    format,
    seed,
    shots,
    shards,
    expected: sum(shards),
  };
}

function piecesOf(selection: TaskSelection): Piece[] {
  const { task, split, placement, portion, choice, promptTask } = selection;
  const { count } = selection.instances;
  if (count === 0) return [];
  const compressed = task.files.some(({ path }) => /\.(gz|zst)$/u.test(path));
  const pieces = Math.ceil(count / (compressed ? COMPRESSED_SHARD : SHARD));
  const examples = portion.to - portion.from;
  const names = task.facts.templates;
  return Array.from({ length: pieces }, (_, at) => ({
    task: task.id,
    split,
    labels: { collection: task.collection, category: placement.category, level: placement.level },
    choice,
    templates: selection.templates.map((template) => names.indexOf(template)),
    shotPool: promptTask.shotPool,
    removed: promptTask.removed,
    from: portion.from + Math.floor((examples * at) / pieces),
    to: portion.from + Math.floor((examples * (at + 1)) / pieces),
    expected: count / pieces,
  }));
}

/** Neighbours together until they make a shard. */
function grouped(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  let room = 0;
  for (const piece of pieces) {
    if (piece.expected > room) {
      groups.push([]);
      room = SHARD;
    }
    groups.at(-1)!.push(piece);
    room -= piece.expected;
  }
  return groups;
}

function sum(parts: readonly { expected: number }[]): number {
  return parts.reduce((total, { expected }) => total + expected, 0);
}
