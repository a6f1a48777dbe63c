import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { z } from 'zod';
import {
  type EvidenceView,
  type PairDetail,
  type PairList,
  type ParamsOf,
  requests,
} from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, onShow } from '../shared/messages.ts';
import type { PairVerdict } from '../shared/types.ts';
import { numberWord, shortTask, verdictDone } from '../shared/words.ts';
import type { Position } from './evidence.tsx';
import { keyOf, nextWaiting, type PairKey, sameAs } from './queue.ts';
import { type Scope, scopeOf, without } from './scope.ts';

const keptState = z.object({ pair: requests.pair.params.optional(), reason: z.string() });
const START: Position = { group: 0, shared: 0 };

export interface ReviewModel {
  pair: PairKey | undefined;
  detail: PairDetail | undefined;
  list: PairList | undefined;
  evidence: EvidenceView | undefined;
  position: Position;
  reason: string;
  busy: boolean;
  error: string | undefined;
  /** Told to whoever can't see the page change, and shown for a moment. */
  said: string;
  /** What a verdict rules on besides this pair, where the reviewer asked for more. */
  scope: Scope | undefined;
  /** From this pair alone to all pairs that share only the text that is looked at, and back. */
  widen: () => Promise<void>;
  go: (position: Position) => void;
  setReason: (reason: string) => void;
  decide: (verdict: PairVerdict) => Promise<void>;
  undo: () => Promise<void>;
  next: () => void;
  skip: () => void;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the review page knows and can do. A verdict is shown as made only when the server has it on disk. */
export function useReview(): ReviewModel {
  const [pair, setPair] = useState<PairKey | undefined>(() => kept(keptState)?.pair);
  const [reason, setReason] = useState(() => kept(keptState)?.reason ?? '');
  const [queue, setQueue] = useState<ParamsOf<'pairs'>>();
  const [advance, setAdvance] = useState(true);
  const [list, setList] = useState<PairList>();
  const [detail, setDetail] = useState<PairDetail>();
  const [evidence, setEvidence] = useState<EvidenceView>();
  const [position, setPosition] = useState(START);
  const [error, setError] = useState<string>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(0);
  const [scope, setScope] = useState<Scope>();
  const skipped = useRef<PairKey[]>([]);
  const acting = useRef(false);

  useEffect(() => {
    const stopShow = onShow((show) => {
      setAdvance(show.settings.advance);
      setQueue(show.queue ?? { order: 'fraction', filter: {} });
      const shown = show.pair;
      if (shown) setPair((now) => (sameAs(now, shown) ? now : shown));
    });
    const stopChanged = onChanged((what) => {
      if (what.some((part) => part === 'pairs' || part === 'decisions' || part === 'tasks')) {
        setVersion((count) => count + 1);
      }
    });
    return () => {
      stopShow();
      stopChanged();
    };
  }, []);

  useEffect(() => keep({ pair, reason }), [pair, reason]);

  useEffect(() => {
    if (!queue) return;
    let current = true;
    ask('pairs', queue).then(
      (answer) => {
        if (!current) return;
        setList(answer);
        setPair(
          (now) => now ?? nextWaiting(answer, undefined, []) ?? (answer.pairs[0] && keyOf(answer.pairs[0])),
        );
      },
      (failure: unknown) => current && setError(messageOf(failure)),
    );
    return () => {
      current = false;
    };
  }, [queue, version]);

  useEffect(() => {
    if (!pair) return;
    let current = true;
    ask('pair', pair).then(
      (answer) => {
        if (!current) return;
        setError(undefined);
        setDetail((before) => {
          // The same pair on the same evidence, decided or taken back: the reviewer stays where they look.
          const stays = before && sameAs(before.row, answer.row) && before.evidence === answer.evidence;
          if (!stays) {
            setPosition(START);
            setEvidence(undefined);
          }
          return stays ? { ...answer, groups: before.groups } : answer;
        });
      },
      (failure: unknown) => current && setError(messageOf(failure)),
    );
    return () => {
      current = false;
    };
  }, [pair, version]);

  const groups = detail?.groups;
  const looked = groups?.[position.group];
  // It holds for what it was asked on, and no longer.
  useEffect(() => setScope(undefined), [pair, position.group, version]);

  const shown = groups?.[position.group]?.shared[position.shared];
  useEffect(() => {
    if (!detail || !shown) return;
    let current = true;
    const { evalExample, trainExample } = shown;
    ask('evidence', { ...keyOf(detail.row), evalExample, trainExample }).then(
      (answer) => current && setEvidence(answer),
      (failure: unknown) => current && setError(messageOf(failure)),
    );
    return () => {
      current = false;
    };
  }, [detail?.row.train, detail?.row.eval, shown]);

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

  const decide = (verdict: PairVerdict) =>
    act(async () => {
      // A verdict is on what is shown, never on a pair that is still loading.
      if (!pair || !sameAs(detail?.row, pair)) return;
      const pairs = scope?.pairs ?? [keyOf(pair)];
      const following = list && nextWaiting(without(list, pairs, pair), pair, skipped.current);
      await ask('decide', { pairs: [...pairs], verdict, reason: reason.trim() });
      setReason('');
      setSaid(
        scope
          ? t('{0}: {1} pairs. U takes all of them back.', verdictDone(verdict), numberWord(pairs.length))
          : `${verdictDone(verdict)}: ${shortTask(pair.train)} → ${shortTask(pair.eval)}`,
      );
      skipped.current = skipped.current.filter((key) => !sameAs(key, pair));
      setVersion((count) => count + 1);
      // Of a text that others share alone this pair may not be one: then it waits as before.
      if (!pairs.some((ruled) => sameAs(ruled, pair))) return;
      if (advance && following) setPair(following);
      else if (advance) setSaid(t('That was the last pair that waited for a verdict.'));
    });

  const widen = () =>
    act(async () => {
      if (scope || !queue || !pair || !looked) {
        setScope(undefined);
        return;
      }
      const { texts } = looked;
      const { pairs } = await ask('pairs', { order: queue.order, filter: { texts } });
      const wider = scopeOf(texts, pairs, pair);
      if (wider.pairs.some((one) => !sameAs(one, pair))) setScope(wider);
      else setSaid(t('No other pair that waits shares only this text.'));
    });

  const undo = () =>
    act(async () => {
      const taken = await ask('undo', {});
      setVersion((count) => count + 1);
      const subject = taken.find((decision) => decision.subject.kind === 'pair')?.subject;
      if (taken.length === 0) setSaid(t('There is no decision of yours to take back.'));
      else if (taken.length === 1) setSaid(t('Took your last decision back.'));
      else setSaid(t('Took {0} decisions back.', taken.length));
      if (subject?.kind === 'pair') setPair({ train: subject.train, eval: subject.eval });
    });

  const next = () => {
    const following = list && nextWaiting(list, pair, skipped.current);
    if (following) setPair(following);
    else setSaid(t('No other pair waits for a verdict.'));
  };

  const skip = () => {
    if (pair) skipped.current = [...skipped.current.filter((key) => !sameAs(key, pair)), pair];
    next();
  };

  /** The next pair is on its way: until it is shown there is nothing to rule on. */
  const loading = pair !== undefined && !sameAs(detail?.row, pair) && !error;

  const go = (wanted: Position) => {
    const group = Math.min(Math.max(wanted.group, 0), Math.max(0, (groups?.length ?? 1) - 1));
    const most = Math.max(0, (groups?.[group]?.shared.length ?? 1) - 1);
    setPosition({ group, shared: Math.min(Math.max(wanted.shared, 0), most) });
  };

  return {
    pair,
    detail,
    list,
    evidence,
    position,
    reason,
    busy: busy || loading,
    error,
    said,
    scope,
    widen,
    go,
    setReason,
    decide,
    undo,
    next,
    skip,
  };
}
