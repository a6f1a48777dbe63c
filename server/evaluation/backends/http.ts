import { setTimeout as wait } from 'node:timers/promises';
import type * as z from 'zod';
import { firstFault } from '../../base/fault-words.ts';
import { messageOf } from '../../base/problem.ts';

/** Tries of one request, and milliseconds before the second; each later wait is twice as long. */
const TRIES = 5;
const FIRST_WAIT = 500;
const TIMEOUT = 120_000;

/** An answer that trying again won't change. */
export class Refused extends Error {}

export interface HttpOptions {
  /** Sent as `Authorization: Bearer`. */
  key?: string;
  /** Milliseconds before the second try, and that an answer may take. */
  firstWait?: number;
  timeout?: number;
}

/** A server that is asked in JSON; what fails in passing is asked again, each time after a longer wait. */
export class Http {
  readonly address: string;
  readonly #options: HttpOptions;

  constructor(address: string, options: HttpOptions) {
    this.address = address.replace(/\/+$/u, '');
    this.#options = options;
  }

  /** Throws Refused on an answer that says no or has another shape each time, Error when no try was answered. */
  async ask<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    body: unknown,
    signal: AbortSignal,
    tries = TRIES,
  ): Promise<z.output<Schema>> {
    const { firstWait = FIRST_WAIT } = this.#options;
    for (let at = 1; ; at++) {
      try {
        return await this.#once(path, schema, body, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Refused || at >= tries) throw error;
        await wait(firstWait * 2 ** (at - 1), undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  async #once<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    body: unknown,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const { key, timeout = TIMEOUT } = this.#options;
    const response = await fetch(`${this.address}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    }).catch((error: unknown) => {
      throw new Error(`${path}: ${causeOf(error)}`);
    });
    const text = await response.text().catch((error: unknown) => {
      throw new Error(`${path}: the answer broke off: ${causeOf(error)}`);
    });
    if (!response.ok) {
      const said = `${path}: ${response.status} ${text.slice(0, 200).replace(/\s+/gu, ' ')}`;
      // Busy, or its own fault: it may be better in a while.
      if (response.status === 408 || response.status === 429 || response.status >= 500) throw new Error(said);
      throw new Refused(said);
    }
    const checked = schema.safeParse(parsed(text));
    if (checked.success) return checked.data;
    throw new Error(`${path}: the answer makes no sense: ${firstFault(checked.error, 'all of it')}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error);
}
