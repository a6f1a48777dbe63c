import type { JobPoint } from '../../protocol.ts';
import type { WorkEvent } from './schema.ts';

type StepEvent = Extract<WorkEvent, { event: 'step' }>;

const FIGURES = ['loss', 'lr', 'gradNorm', 'tokensPerSecond', 'memoryBytes'] as const;
type Figure = (typeof FIGURES)[number];

/** A mean under way. */
class Mean {
  #sum = 0;
  #weight = 0;

  add(sum: number | null | undefined, weight: number): void {
    if (sum === null || sum === undefined || weight === 0) return;
    this.#sum += sum;
    this.#weight += weight;
  }

  join(other: Mean): void {
    this.#sum += other.#sum;
    this.#weight += other.#weight;
  }

  get value(): number | null {
    return this.#weight === 0 ? null : this.#sum / this.#weight;
  }
}

/** Steps put together. */
class Bucket {
  step: number;
  time: number;
  count = 1;
  readonly #figures: Record<Figure, Mean>;
  readonly #collections = new Map<string, Mean>();

  constructor(event: StepEvent) {
    this.step = event.step;
    this.time = event.time;
    const { loss, lr, grad_norm, tokens_per_second, memory_bytes } = event;
    const given = {
      loss,
      lr,
      gradNorm: grad_norm,
      tokensPerSecond: tokens_per_second,
      memoryBytes: memory_bytes,
    };
    this.#figures = {
      loss: new Mean(),
      lr: new Mean(),
      gradNorm: new Mean(),
      tokensPerSecond: new Mean(),
      memoryBytes: new Mean(),
    };
    for (const figure of FIGURES) this.#figures[figure].add(given[figure], 1);
    for (const [name, { loss: sum, tokens }] of Object.entries(event.collections ?? {})) {
      const mean = new Mean();
      mean.add(sum, tokens);
      this.#collections.set(name, mean);
    }
  }

  join(later: Bucket): void {
    this.step = later.step;
    this.time = later.time;
    this.count += later.count;
    for (const figure of FIGURES) this.#figures[figure].join(later.#figures[figure]);
    for (const [name, mean] of later.#collections) {
      const own = this.#collections.get(name);
      if (own) own.join(mean);
      else this.#collections.set(name, mean);
    }
  }

  get point(): JobPoint {
    const { loss, lr, gradNorm, tokensPerSecond, memoryBytes } = this.#figures;
    return {
      step: this.step,
      count: this.count,
      time: this.time,
      loss: loss.value,
      lr: lr.value,
      gradNorm: gradNorm.value,
      tokensPerSecond: tokensPerSecond.value,
      memoryBytes: memoryBytes.value,
      collections: Object.fromEntries(
        [...this.#collections].flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])),
      ),
    };
  }
}

/** The steps of a run in no more than so many points, however many steps there are. */
export class Series {
  readonly #most: number;
  #buckets: Bucket[] = [];
  /** Steps of a point. */
  #stride = 1;

  constructor(most: number) {
    this.#most = Math.max(2, most);
  }

  add(event: StepEvent): void {
    this.cut(event.step - 1);
    const bucket = new Bucket(event);
    const last = this.#buckets.at(-1);
    if (last && last.count < this.#stride) last.join(bucket);
    else this.#buckets.push(bucket);
    if (this.#buckets.length > this.#most) this.#halve();
  }

  /** Takes away what came of later steps: after a resumption they are done again. */
  cut(lastStep: number): void {
    while (this.#buckets.length > 0 && this.#buckets.at(-1)!.step > lastStep) this.#buckets.pop();
  }

  points(): JobPoint[] {
    return this.#buckets.map(({ point }) => point);
  }

  #halve(): void {
    this.#stride *= 2;
    const halved: Bucket[] = [];
    for (let at = 0; at < this.#buckets.length; at += 2) {
      const bucket = this.#buckets[at]!;
      const next = this.#buckets[at + 1];
      if (next) bucket.join(next);
      halved.push(bucket);
    }
    this.#buckets = halved;
  }
}
