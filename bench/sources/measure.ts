/** Precision and recall over pairs of tasks. */
export interface Agreement {
  truth: number;
  found: number;
  right: number;
}

export interface Judged {
  /** Keys of the sources that it has; empty: none is known. */
  keys: readonly string[];
  truth: readonly string[];
}

/** All pairs of different tasks of `tasks`, or of one of `tasks` and one of `others`. */
export function agreement(tasks: readonly Judged[], others?: readonly Judged[]): Agreement {
  const counted: Agreement = { truth: 0, found: 0, right: 0 };
  for (const [at, one] of tasks.entries()) {
    for (const other of others ?? tasks.slice(at + 1)) {
      const truth = one.truth.some((key) => other.truth.includes(key));
      const found = one.keys.some((key) => other.keys.includes(key));
      if (truth) counted.truth++;
      if (found) counted.found++;
      if (truth && found) counted.right++;
    }
  }
  return counted;
}

export interface Shares {
  precision: number;
  recall: number;
}

export function sharesOf({ truth, found, right }: Agreement): Shares {
  return { precision: found > 0 ? right / found : 1, recall: truth > 0 ? right / truth : 1 };
}

/** The same task by task: the mean over tasks that have partners, so that a source of many tasks weighs no more. */
export function byTask(tasks: readonly Judged[], others: readonly Judged[] = tasks): Shares {
  const own = tasks.map((one) =>
    agreement(
      [one],
      others.filter((other) => other !== one),
    ),
  );
  const mean = (some: readonly Agreement[], share: keyof Shares) =>
    some.reduce((sum, each) => sum + sharesOf(each)[share], 0) / Math.max(1, some.length);
  return {
    precision: mean(
      own.filter(({ found }) => found > 0),
      'precision',
    ),
    recall: mean(
      own.filter(({ truth }) => truth > 0),
      'recall',
    ),
  };
}
