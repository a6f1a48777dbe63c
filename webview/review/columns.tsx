import type { JSX, RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EvidenceView, SideView, SpanView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { openFile, runCommand } from '../shared/messages.ts';
import { numberWord, placeWord } from '../shared/words.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { type Anchor, follow, inOrder } from './scroll.ts';

type SideName = 'train' | 'eval';

/** Where the spans stand in a column: pixels from its top, and the column's whole height. */
interface Measured {
  height: number;
  spans: ({ top: number; bottom: number } | undefined)[];
}

/** How far down the visible part the two columns are held level. */
const LEVEL = 0.33;

/** Both instances whole, side by side, the shared spans marked alike and scrolled together. */
export function Columns({ evidence }: { evidence: EvidenceView }): JSX.Element {
  const columns = { train: useRef<HTMLDivElement>(null), eval: useRef<HTMLDivElement>(null) };
  const [measured, setMeasured] = useState<Record<SideName, Measured>>();
  /** The column that a person moves; the other follows and must not answer back. */
  const leader = useRef<SideName>('train');

  const measure = useCallback(() => {
    setMeasured({
      train: measureColumn(columns.train.current, evidence.spans.length),
      eval: measureColumn(columns.eval.current, evidence.spans.length),
    });
  }, [evidence, columns.train, columns.eval]);

  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    for (const name of ['train', 'eval'] as const) {
      const column = columns[name].current;
      if (column) observer.observe(column);
    }
    return () => observer.disconnect();
  }, [measure]);

  const goTo = useCallback(
    (span: number) => {
      for (const name of ['train', 'eval'] as const) {
        const column = columns[name].current;
        const mark = column && measureColumn(column, evidence.spans.length).spans[span];
        if (column && mark) column.scrollTop = mark.top - column.clientHeight * LEVEL;
      }
    },
    [evidence, columns.train, columns.eval],
  );

  // New evidence: bring its longest span into view on both sides.
  useLayoutEffect(() => {
    const longest = evidence.spans.reduce(
      (best, span, index) => (span.words > (evidence.spans[best]?.words ?? 0) ? index : best),
      0,
    );
    goTo(longest);
  }, [evidence, goTo]);

  const scrolled = (name: SideName) => {
    if (leader.current !== name || !measured) return;
    const other: SideName = name === 'train' ? 'eval' : 'train';
    const here = columns[name].current;
    const there = columns[other].current;
    if (!here || !there) return;
    const anchors = evidence.spans.flatMap((_, index): Anchor[] => {
      const a = measured[name].spans[index];
      const b = measured[other].spans[index];
      return a && b ? [[a.top, b.top]] : [];
    });
    const level = here.clientHeight * LEVEL;
    there.scrollTop = follow(inOrder(anchors), here.scrollTop + level) - there.clientHeight * LEVEL;
  };

  const side = (name: SideName) => (
    <Side
      key={name}
      name={name}
      view={evidence[name]}
      spans={evidence.spans}
      column={columns[name]}
      measured={measured?.[name]}
      goTo={goTo}
      lead={() => {
        leader.current = name;
      }}
      scrolled={() => scrolled(name)}
    />
  );
  const agree = evidence.targetsAgree;
  return (
    <div class="columns">
      {side('train')}
      <div class={agree ? 'agreement agree' : 'agreement'} role="note">
        <span aria-hidden="true">{agree ? '=' : '≠'}</span>
        <span>{agree ? t('targets agree') : t('targets differ')}</span>
      </div>
      {side('eval')}
    </div>
  );
}

function measureColumn(column: HTMLElement | null, count: number): Measured {
  const spans: Measured['spans'] = Array.from({ length: count }, () => undefined);
  if (!column) return { height: 1, spans };
  const base = column.getBoundingClientRect().top - column.scrollTop;
  for (const element of column.querySelectorAll<HTMLElement>('[data-span]')) {
    const index = Number(element.dataset.span);
    for (const box of element.getClientRects()) {
      const now = spans[index];
      const top = Math.min(now?.top ?? Number.POSITIVE_INFINITY, box.top - base);
      spans[index] = { top, bottom: Math.max(now?.bottom ?? 0, box.bottom - base) };
    }
  }
  return { height: Math.max(1, column.scrollHeight), spans };
}

interface SideProps {
  name: SideName;
  view: SideView;
  spans: readonly SpanView[];
  column: RefObject<HTMLDivElement | null>;
  measured: Measured | undefined;
  goTo: (span: number) => void;
  lead: () => void;
  scrolled: () => void;
}

function Side({ name, view, spans, column, measured, goTo, lead, scrolled }: SideProps): JSX.Element {
  const pieces = piecesOf(
    view.segments,
    spans.map((span) => span[name]),
  );
  const { record } = view;
  const title = name === 'train' ? t('Train instance') : t('Eval instance');
  return (
    <section class={`side ${name}`} aria-label={title}>
      <p class="about dim">
        <span>
          {name === 'train' ? t('Train') : t('Eval')} · {t('example {0}', numberWord(view.example + 1))} ·{' '}
          {t('template “{0}”', view.template)}
        </span>
        <span class="ways">
          <button
            type="button"
            class="link"
            onClick={() =>
              runCommand('heldout.inspect', {
                task: view.task,
                example: view.example,
                template: view.template,
              })
            }
          >
            {t('Inspect')}
          </button>
          {record && (
            <button type="button" class="link" onClick={() => openFile(record)}>
              {t('Open record')}
            </button>
          )}
        </span>
      </p>
      <section
        ref={column}
        class="text instance"
        aria-label={title}
        onScroll={scrolled}
        onPointerEnter={lead}
        onWheel={lead}
        onFocus={lead}
      >
        <div class="part-source">
          <Pieces pieces={pieces.filter((piece) => piece.part === 'source')} spans={spans} name={name} />
        </div>
        <div class="part-target">
          <h2>{t('Target')}</h2>
          <Pieces pieces={pieces.filter((piece) => piece.part === 'target')} spans={spans} name={name} />
        </div>
      </section>
      <fieldset class="strip" aria-label={t('Where the shared text stands')}>
        {spans.map((span, index) => {
          const mark = measured?.spans[index];
          if (!measured || !mark) return null;
          const top = (mark.top / measured.height) * 100;
          const height = Math.max(((mark.bottom - mark.top) / measured.height) * 100, 1.5);
          return (
            <button
              type="button"
              key={index}
              class={`mark mark-${index % 6}${span.boilerplate ? ' boilerplate' : ''}`}
              style={{ top: `${top}%`, height: `${height}%` }}
              title={spanWord(span, index, name)}
              aria-label={spanWord(span, index, name)}
              onClick={() => goTo(index)}
            />
          );
        })}
      </fieldset>
    </section>
  );
}

function spanWord(span: SpanView, index: number, name: SideName): string {
  const place = placeWord(name === 'train' ? span.trainPlace : span.evalPlace);
  const words = t('{0}: {1} words, in {2}', index + 1, numberWord(span.words), place);
  return span.boilerplate ? t('{0}, boilerplate', words) : words;
}

interface PiecesProps {
  pieces: readonly Piece[];
  spans: readonly SpanView[];
  name: SideName;
}

function Pieces({ pieces, spans, name }: PiecesProps): JSX.Element {
  return (
    <>
      {pieces.map((piece, index) => {
        const written =
          piece.origin === 'template' || piece.origin === 'definition' || piece.origin === 'delimiter';
        const dimmed = written ? 'written' : undefined;
        const span = piece.span === undefined ? undefined : spans[piece.span];
        if (!span || piece.span === undefined) {
          return (
            <span key={index} class={dimmed}>
              {piece.text}
            </span>
          );
        }
        const kind = span.boilerplate ? 'shared boilerplate' : 'shared';
        return (
          <mark
            key={index}
            class={`${kind} mark-${piece.span % 6} ${dimmed ?? ''}`}
            data-span={piece.span}
            title={spanWord(span, piece.span, name)}
          >
            {piece.begins && <sup aria-hidden="true">{piece.span + 1}</sup>}
            {piece.text}
          </mark>
        );
      })}
    </>
  );
}
