import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod';
import {
  type EvidenceView,
  type PairDetail,
  type PairList,
  type ParamsOf,
  requests,
} from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, onShow } from '../shared/messages.ts';
import { messageOf, type RulingModel, useRuling } from '../shared/ruling.ts';
import type { PairVerdict } from '../shared/types.ts';
import { numberWord, shortTask, verdictDone } from '../shared/words.ts';
import type { Position } from './evidence.tsx';
import { keyOf, nextWaiting, type PairKey, sameAs } from './queue.ts';
import { type Scope, scopeOf, without } from './scope.ts';

const keptState = z.object({ pair: requests.pair.params.optional(), reason: z.string() });
const START: Position = { group: 0, shared: 0 };

export interface ReviewModel extends RulingModel<PairVerdict> {
  pair: PairKey | undefined;
  detail: PairDetail | undefined;
  list: PairList | undefined;
  evidence: EvidenceView | undefined;
  position: Position;
  error: string | undefined;
  /** What a verdict rules on besides this pair, where the reviewer asked for more. */
  scope: Scope | undefined;
  /** From this pair alone to all pairs that share only the text that is looked at, and back. */
  widen: () => Promise<void>;
  go: (position: Position) => void;
}

/** What the review page knows and can do. */
export function useReview(): ReviewModel {
  const [pair, setPair] = useState<PairKey | undefined>(() => kept(keptState)?.pair);
  const [queue, setQueue] = useState<ParamsOf<'pairs'>>();
  const [advance, setAdvance] = useState(true);
  const [list, setList] = useState<PairList>();
  const [detail, setDetail] = useState<PairDetail>();
  const [evidence, setEvidence] = useState<EvidenceView>();
  const [position, setPosition] = useState(START);
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  const [scope, setScope] = useState<Scope>();

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

  const looked = groups?.[position.group];
  // It holds for what it was asked on, and no longer.
  useEffect(() => setScope(undefined), [pair, position.group, version]);

  const ruling = useRuling<PairKey, PairVerdict>(
    {
      at: pair,
      shown: detail && keyOf(detail.row),
      same: sameAs,
      following: (skipped, ruled) =>
        list && nextWaiting(ruled && scope && pair ? without(list, scope.pairs, pair) : list, pair, skipped),
      go: setPair,
      record: (key, verdict, why) =>
        ask('decide', { pairs: [...(scope?.pairs ?? [keyOf(key)])], verdict, reason: why }),
      // Of a text that others share alone this pair may not be one.
      remains: (key) => scope !== undefined && !scope.pairs.some((ruled) => sameAs(ruled, key)),
      doneWord: (key, verdict) =>
        scope
          ? t(
              '{0}: {1} pairs. U takes all of them back.',
              verdictDone(verdict),
              numberWord(scope.pairs.length),
            )
          : `${verdictDone(verdict)}: ${shortTask(key.train)} → ${shortTask(key.eval)}`,
      keyOf: ({ subject }) =>
        subject.kind === 'pair' ? { train: subject.train, eval: subject.eval } : undefined,
      failed: error !== undefined,
      advance,
      changed: () => setVersion((count) => count + 1),
      lastWord: t('That was the last pair that waited for a verdict.'),
      noneWord: t('No other pair waits for a verdict.'),
    },
    kept(keptState)?.reason ?? '',
    setError,
  );
  const { reason } = ruling;
  useEffect(() => keep({ pair, reason }), [pair, reason]);

  const widen = () =>
    ruling.act(async () => {
      if (scope || !queue || !pair || !looked) {
        setScope(undefined);
        return;
      }
      const { texts } = looked;
      const { pairs } = await ask('pairs', { order: queue.order, filter: { texts } });
      const wider = scopeOf(texts, pairs, pair);
      if (wider.pairs.some((one) => !sameAs(one, pair))) setScope(wider);
      else ruling.say(t('No other pair that waits shares only this text.'));
    });

  const go = (wanted: Position) => {
    const group = Math.min(Math.max(wanted.group, 0), Math.max(0, (groups?.length ?? 1) - 1));
    const most = Math.max(0, (groups?.[group]?.shared.length ?? 1) - 1);
    setPosition({ group, shared: Math.min(Math.max(wanted.shared, 0), most) });
  };

  return { ...ruling, pair, detail, list, evidence, position, error, scope, widen, go };
}
