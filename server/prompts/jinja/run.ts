/** The state of one rendering. */
import type { Fields, Json } from '../../collections/types.ts';
import { charge, checkLength } from '../python/budget.ts';
import { fromJson, Undefined, type Value } from '../python/values.ts';
import { globals } from './globals.ts';
import type { FunctionScope } from './symbols.ts';

/** What PromptSource puts for `|||` inside a field while it renders, so that the split leaves it alone. */
export const PIPES = '|||';
export const PIPE_GUARD = '3ed2dface8203c4c9dfb1a5dc58e41e0';

/** Written text with, for each piece, the number of its origin. */
export class Buffer {
  readonly pieces: string[] = [];
  readonly marks: number[] = [];
  length = 0;

  text(): string {
    return this.pieces.length === 1 ? this.pieces[0]! : this.pieces.join('');
  }
}

export class Run {
  private readonly fields: Fields;
  private readonly answerChoices: Value | undefined;
  private readonly values = new Map<string, Value>();
  /** What the template's top level has set, for its blocks. */
  readonly exported = new Map<string, Value>();
  out = new Buffer();
  /** The offset of what is being evaluated, for errors. */
  at = 0;
  autoescape = false;
  /** True once a field was seen that holds `|||`. */
  guarded = false;
  private draws = 0;

  constructor(fields: Fields, answerChoices: Value | undefined) {
    this.fields = fields;
    this.answerChoices = answerChoices;
  }

  /** The record's or the environment's value for a name; undefined when there is none. */
  resolve(name: string): Value | undefined {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const exported = this.exported.size > 0 ? this.exported.get(name) : undefined;
    if (exported !== undefined) return exported;
    if (name === 'answer_choices' && this.answerChoices !== undefined) return this.answerChoices;
    if (!Object.hasOwn(this.fields, name)) return globals.get(name);
    const value = this.fromField(this.fields[name]);
    if (typeof value === 'object') this.values.set(name, value as Value);
    return value;
  }

  private fromField(json: Json | undefined): Value {
    if (typeof json !== 'string') return fromJson(json);
    if (!json.includes(PIPES)) return json;
    this.guarded = true;
    return json.replaceAll(PIPES, PIPE_GUARD);
  }

  write(text: string, mark: number): void {
    const { out } = this;
    out.length += text.length;
    checkLength(out.length);
    out.pieces.push(text);
    out.marks.push(mark);
  }

  /** What `work` writes, as text. */
  capture(work: () => void): string {
    const outer = this.out;
    const buffer = new Buffer();
    this.out = buffer;
    try {
      work();
    } finally {
      this.out = outer;
    }
    return buffer.text();
  }

  /**
   * The place that a draw among `size` takes, for PromptSource's `choice`: Python draws anew at each rendering,
   * here the same items at the same turn of a rendering always give the same one. FNV-1a over the items' text
   * and the number of the draw in this rendering, with MurmurHash3's last mixing.
   */
  draw(items: readonly string[]): number {
    const text = `${items.join('\x1f')}\x1f${this.draws++}`;
    charge(text.length >>> 2);
    let hash = 0x811c9dc5;
    for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    return Math.floor((hash / 2 ** 32) * items.length);
  }
}

const encoder = new TextEncoder();

/** One activation of a template, macro, call block, recursive loop or block. */
export class Frame {
  readonly slots: (Value | undefined)[];
  readonly outer: Frame | undefined;
  readonly run: Run;

  constructor(scope: FunctionScope, run: Run, outer?: Frame) {
    this.slots = new Array<Value | undefined>(scope.slots).fill(undefined);
    this.run = run;
    this.outer = outer;
  }
}

export function undefinedName(name: string): Undefined {
  return new Undefined(`'${name}' is undefined`);
}
