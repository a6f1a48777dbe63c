import { useCallback, useRef, useState } from 'preact/hooks';
import type { Decision } from '../../server/protocol.ts';
import { t } from './l10n.ts';
import { ask } from './messages.ts';

interface RulingParts<Key, Verdict extends string> {
  /** Where the page stands in the queue. */
  at: Key | undefined;
  /** What the page shows whole, so that it can be ruled on; never something that is still loading. */
  shown: Key | undefined;
  same: (a: Key | undefined, b: Key | undefined) => boolean;
  /** The next one that waits; skipped ones come last. `ruled`: as if the verdict at hand were given. */
  following: (skipped: readonly Key[], ruled: boolean) => Key | undefined;
  go: (key: Key) => void;
  /** Records a verdict; returns when it is on disk. */
  record: (key: Key, verdict: Verdict, reason: string) => Promise<unknown>;
  /** The verdict was on other things than the one shown, which still waits. */
  remains?: (key: Key) => boolean;
  /** What was ruled, in words. */
  doneWord: (key: Key, verdict: Verdict) => string;
  /** What a decision was on, where the page can show it. */
  keyOf: (decision: Decision) => Key | undefined;
  /** What was asked for does not come. */
  failed: boolean;
  /** Go on to the next one after a verdict. */
  advance: boolean;
  /** The answers of the server have changed. */
  changed: () => void;
  /** "That was the last … that waited", "No other … waits". */
  lastWord: string;
  noneWord: string;
}

export interface RulingModel<Verdict extends string> {
  /** A decision is being recorded, or the next thing is on its way: there is nothing to rule on. */
  busy: boolean;
  /** Told to whoever can't see the page change, and shown for a moment. */
  said: string;
  say: (words: string) => void;
  /** Takes a step alone: keys pressed meanwhile do nothing, and what goes wrong is shown. */
  act: (step: () => Promise<void>) => Promise<void>;
  reason: string;
  setReason: (reason: string) => void;
  decide: (verdict: Verdict) => Promise<void>;
  undo: () => Promise<void>;
  next: () => void;
  skip: () => void;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Ruling through a queue. A verdict is shown as made only when the server has it on disk. */
export function useRuling<Key, Verdict extends string>(
  parts: RulingParts<Key, Verdict>,
  firstReason: string,
  setError: (message: string | undefined) => void,
): RulingModel<Verdict> {
  const { at, shown, same, following, go } = parts;
  const [reason, setReason] = useState(firstReason);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const skipped = useRef<Key[]>([]);
  const acting = useRef(false);

  /** One decision at a time: keys pressed meanwhile do nothing. */
  const act = useCallback(async (step: () => Promise<void>) => {
    if (acting.current) return;
    acting.current = true;
    setBusy(true);
    try {
      await step();
      setError(undefined);
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      acting.current = false;
      setBusy(false);
    }
  }, []);

  const decide = (verdict: Verdict) =>
    act(async () => {
      if (at === undefined || shown === undefined || !same(shown, at)) return;
      const next = following(skipped.current, true);
      await parts.record(at, verdict, reason.trim());
      setReason('');
      setSaid(parts.doneWord(at, verdict));
      skipped.current = skipped.current.filter((key) => !same(key, at));
      parts.changed();
      if (parts.remains?.(at)) return;
      if (parts.advance && next !== undefined) go(next);
      else if (parts.advance) setSaid(parts.lastWord);
    });

  const undo = () =>
    act(async () => {
      const taken = await ask('undo', {});
      parts.changed();
      if (taken.length === 0) setSaid(t('There is no decision of yours to take back.'));
      else if (taken.length === 1) setSaid(t('Took your last decision back.'));
      else setSaid(t('Took {0} decisions back.', taken.length));
      const key = taken.map(parts.keyOf).find((one) => one !== undefined);
      if (key !== undefined) go(key);
    });

  const next = () => {
    const wanted = following(skipped.current, false);
    if (wanted !== undefined) go(wanted);
    else setSaid(parts.noneWord);
  };

  const skip = () => {
    if (at !== undefined) skipped.current = [...skipped.current.filter((key) => !same(key, at)), at];
    next();
  };

  const loading = at !== undefined && !same(shown, at) && !parts.failed;
  return { busy: busy || loading, said, say: setSaid, act, reason, setReason, decide, undo, next, skip };
}
