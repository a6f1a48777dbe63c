import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { lifeOf, ownIdentity, processIdentity } from './process.ts';

/** Claims of another machine count while they were touched within this time. */
const BEAT_MS = 10_000;
const SILENCE_MS = 6 * BEAT_MS;

const claimFile = z.object({ by: processIdentity, content: z.unknown() });
type ClaimFile = z.infer<typeof claimFile>;

export type ClaimLife = 'alive' | 'dead' | 'restarted';

export interface StandingClaim {
  number: number;
  by: ClaimFile['by'];
  content: unknown;
  life: ClaimLife;
}

/**
 * Numbered claims of processes in a folder, in the order that they were made: a queue or a lock that needs
 * no daemon and harms nobody when its holder dies. A claim is a file that only its maker changes. It counts
 * while its maker lives. A number is greater than every number that stands, so that no later claim comes
 * before an earlier one.
 */
export class Claims {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** All that stand, in order. */
  all(): StandingClaim[] {
    const found: StandingClaim[] = [];
    for (const number of this.#numbers()) {
      const claim = this.#read(number);
      if (claim) found.push(claim);
    }
    return found;
  }

  last(): StandingClaim | undefined {
    for (const number of this.#numbers().reverse()) {
      const claim = this.#read(number);
      if (claim) return claim;
    }
    return undefined;
  }

  /** Makes a claim behind all others. Takes away those before it whose makers are gone. */
  make(content: unknown): Claim {
    mkdirSync(this.folder, { recursive: true });
    const by = ownIdentity();
    for (;;) {
      const number = (this.#numbers().at(-1) ?? 0) + 1;
      const aside = join(this.folder, `${number}.${randomBytes(6).toString('hex')}.new`);
      writeFileAside(aside, JSON.stringify({ by, content } satisfies ClaimFile));
      try {
        linkSync(aside, this.#path(number));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      } finally {
        rmSync(aside, { force: true });
      }
      // Whoever was slow may have taken a number that others had already passed.
      if (this.#numbers().at(-1) !== number) {
        rmSync(this.#path(number), { force: true });
        continue;
      }
      for (const before of this.all()) {
        if (before.number < number && before.life !== 'alive') {
          rmSync(this.#path(before.number), { force: true });
        }
      }
      return new Claim(this.#path(number), number, by);
    }
  }

  /** The one claim of a folder that is a lock; undefined while another process holds it. */
  lock(content: unknown = null): Claim | undefined {
    if (this.all().some(({ life }) => life === 'alive')) return undefined;
    const claim = this.make(content);
    if (!this.all().some(({ number, life }) => number < claim.number && life === 'alive')) return claim;
    claim.release();
    return undefined;
  }

  #numbers(): number[] {
    let names: string[];
    try {
      names = readdirSync(this.folder);
    } catch {
      return [];
    }
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  #path(number: number): string {
    return join(this.folder, String(number));
  }

  #read(number: number): StandingClaim | undefined {
    const path = this.#path(number);
    try {
      const { by, content } = claimFile.parse(JSON.parse(readFileSync(path, 'utf8')));
      const life = lifeOf(by);
      if (life !== 'elsewhere') return { number, by, content, life };
      const silent = Date.now() - statSync(path).mtimeMs > SILENCE_MS;
      return { number, by, content, life: silent ? 'dead' : 'alive' };
    } catch {
      // Taken away meanwhile. One that can't be read belongs to nobody.
      return undefined;
    }
  }
}

/** A claim of this process. */
export class Claim {
  readonly number: number;
  readonly #path: string;
  readonly #by: ClaimFile['by'];
  readonly #beat: NodeJS.Timeout;

  constructor(path: string, number: number, by: ClaimFile['by']) {
    this.#path = path;
    this.number = number;
    this.#by = by;
    this.#beat = setInterval(() => this.#touch(), BEAT_MS).unref();
  }

  change(content: unknown): void {
    writeFileAside(this.#path, JSON.stringify({ by: this.#by, content } satisfies ClaimFile));
  }

  release(): void {
    clearInterval(this.#beat);
    rmSync(this.#path, { force: true });
  }

  #touch(): void {
    const now = new Date();
    try {
      utimesSync(this.#path, now, now);
    } catch {
      // Other machines see it as silent; this one asks the process itself.
    }
  }
}
