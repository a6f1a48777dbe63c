import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button, typesInto } from '../shared/toolkit.ts';
import { VERDICTS } from '../shared/words.ts';
import { Columns } from './columns.tsx';
import { EvidenceList, EvidenceSteps } from './evidence.tsx';
import { Foot, REASON_ID } from './foot.tsx';
import { type ReviewModel, useReview } from './model.ts';
import { Top } from './top.tsx';

/** The keys of the page, outside of its text field. */
function pressed(key: string, model: ReviewModel): boolean {
  const { position, go } = model;
  const verdict = VERDICTS[Number(key) - 1];
  if (verdict) void model.decide(verdict);
  else if (key === 'j') go({ group: position.group + 1, shared: 0 });
  else if (key === 'k') go({ group: position.group - 1, shared: 0 });
  else if (key === ']') go({ ...position, shared: position.shared + 1 });
  else if (key === '[') go({ ...position, shared: position.shared - 1 });
  else if (key === 'a') void model.widen();
  else if (key === 'n') model.next();
  else if (key === 's') model.skip();
  else if (key === 'u') void model.undo();
  else if (key === '/') document.getElementById(REASON_ID)?.focus();
  else return false;
  return true;
}

/** Pair Review: one pair, its evidence, and the verdict. */
export function Review(): JSX.Element {
  const model = useReview();
  const latest = useRef(model);
  latest.current = model;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typesInto(event)) return;
      if (pressed(event.key.toLowerCase(), latest.current)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);

  const { detail, list, error, said, position, go } = model;
  return (
    // Takes the focus back from the reason, so that the keys work again.
    <main class="review" tabIndex={-1} aria-busy={model.busy}>
      {detail ? <Top row={detail.row} /> : <div />}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {detail ? <Body model={model} /> : <Nothing list={list} waiting={model.pair !== undefined && !error} />}
      {detail && (
        <>
          <p class="told" role="status">
            {said}
          </p>
          {detail.groups.length > 0 && <EvidenceSteps groups={detail.groups} position={position} go={go} />}
          <Foot
            {...model}
            recent={detail.recentReasons}
            decide={(verdict) => void model.decide(verdict)}
            undo={() => void model.undo()}
            widen={() => void model.widen()}
            alike={detail.groups[position.group]?.onlyPairs ?? 0}
          />
        </>
      )}
    </main>
  );
}

function Body({ model }: { model: ReviewModel }): JSX.Element {
  const { detail, evidence, position, go } = model;
  if (!detail || detail.groups.length === 0) {
    const source = detail?.row.trainSide.source ?? detail?.row.evalSide.source;
    return (
      <div class="body bare">
        <div class="empty">
          <p>
            {detail?.row.sameSource && source
              ? t('No text is shared. The pair is here because both tasks were made from {0}.', source)
              : t('No text is shared.')}
          </p>
          {detail && (
            <span class="ways">
              <Button onClick={() => runCommand('heldout.inspect', detail.row.train)}>
                {t('Inspect train prompt')}
              </Button>
              <Button onClick={() => runCommand('heldout.inspect', detail.row.eval)}>
                {t('Inspect eval prompt')}
              </Button>
            </span>
          )}
        </div>
      </div>
    );
  }
  return (
    <div class="body">
      <EvidenceList groups={detail.groups} position={position} go={go} />
      {evidence ? <Columns evidence={evidence} /> : <div class="columns" aria-busy="true" />}
    </div>
  );
}

/** Nothing to review: why, and what to do next. */
function Nothing({ list, waiting }: { list: ReviewModel['list']; waiting: boolean }): JSX.Element {
  if (waiting || !list) return <p class="empty dim">{t('Reading the evidence…')}</p>;
  return (
    <div class="empty">
      {list.total === 0 ? (
        <>
          <p>{t('No pair of tasks shares text yet.')}</p>
          <Button primary onClick={() => runCommand('heldout.findOverlaps')}>
            {t('Find Overlaps')}
          </Button>
        </>
      ) : (
        <>
          <p>{t('No pair passes the filter of the Pairs view.')}</p>
          <Button primary onClick={() => runCommand('heldout.pairs.clearFilter')}>
            {t('Clear Filter')}
          </Button>
        </>
      )}
    </div>
  );
}
