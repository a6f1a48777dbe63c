import { readFileSync } from 'node:fs';
import { JavaScriptKernel } from './javascript.ts';
import type { Kernel, KernelEvents } from './kernel.ts';
import type { Arena } from './layout.ts';

export type KernelName = Kernel['name'];

/** What assembly/index.ts exports. */
interface Exports {
  attach(folded: number, starts: number, tiles: number, hits: number, scratch: number): void;
  begin(): void;
  fold(from: number, to: number): void;
  position(): number;
  finish(): number;
  scan(): void;
  whole(): number;
  check(): void;
  records(from: number, to: number): void;
  take(length: number): number;
  keys(): void;
  enter(): void;
  enterWhole(): number;
  fillFilter(): void;
  flush(): void;
  getExample(): number;
  setExample(example: number): void;
}

class WebAssemblyKernel implements Kernel {
  readonly name = 'webassembly';
  private readonly code: Exports;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, events: KernelEvents) {
    const instance = new WebAssembly.Instance(module, {
      env: { memory },
      events: {
        hits: (count: number) => events.hits(count),
        // Addresses come as signed numbers.
        odd: (from: number, to: number) => events.odd(from >>> 0, to >>> 0),
      },
    });
    this.code = instance.exports as Exports;
  }

  get example(): number {
    return this.code.getExample() >>> 0;
  }
  set example(example: number) {
    this.code.setExample(example);
  }
  attach({ folded, starts, tiles, hits, scratch }: Arena): void {
    this.code.attach(folded, starts, tiles, hits, scratch);
  }
  begin(): void {
    this.code.begin();
  }
  fold(from: number, to: number): void {
    this.code.fold(from, to);
  }
  position(): number {
    return this.code.position() >>> 0;
  }
  finish(): number {
    return this.code.finish() >>> 0;
  }
  scan(): void {
    this.code.scan();
  }
  whole(): number {
    return this.code.whole();
  }
  check(): void {
    this.code.check();
  }
  records(from: number, to: number): void {
    this.code.records(from, to);
  }
  take(length: number): number {
    return this.code.take(length) >>> 0;
  }
  keys(): void {
    this.code.keys();
  }
  enter(): void {
    this.code.enter();
  }
  enterWhole(): number {
    return this.code.enterWhole();
  }
  fillFilter(): void {
    this.code.fillFilter();
  }
  flush(): void {
    this.code.flush();
  }
}

/** Beside the bundle, or where the build puts it as seen from the sources. */
const PLACES = ['./overlap-kernel.wasm', '../../../dist/overlap-kernel.wasm'];
let compiled: WebAssembly.Module | undefined;

/** The compiled kernel; undefined where it wasn't built, or this machine's WebAssembly lacks what it needs. */
function compiledKernel(): WebAssembly.Module | undefined {
  if (compiled) return compiled;
  for (const place of PLACES) {
    try {
      compiled = new WebAssembly.Module(readFileSync(new URL(place, import.meta.url)));
      return compiled;
    } catch {
      // The JavaScript kernel gives the same results, only later.
    }
  }
  return undefined;
}

/** The fastest kernel that runs here, or the one asked for. Throws when that one isn't there. */
export function loadKernel(memory: WebAssembly.Memory, events: KernelEvents, name?: KernelName): Kernel {
  if (name === 'javascript') return new JavaScriptKernel(memory, events);
  const module = compiledKernel();
  if (module) return new WebAssemblyKernel(module, memory, events);
  if (name) throw new Error('dist/overlap-kernel.wasm is missing or does not run here; run the build');
  return new JavaScriptKernel(memory, events);
}
