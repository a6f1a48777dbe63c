import type { ComponentChildren, JSX } from 'preact';
import type { InstanceView, Segment } from '../../server/protocol.ts';
import { fieldsOf } from '../shared/fields.ts';
import { t } from '../shared/l10n.ts';
import { type Marks, SegmentText, Text } from '../shared/segments.tsx';
import { numberWord } from '../shared/words.ts';
import { type Run, runsOf, targetRanges } from './runs.ts';

/** The line where a context of 2,048 tokens would begin. */
function CutLine(): JSX.Element {
  return (
    <span class="cut" role="note">
      {t('2,048 tokens begin here; the model is not given what stands above')}
    </span>
  );
}

/** A segment that the cut may go through. */
function Part(props: {
  segment: Segment;
  start: number;
  cut: number | undefined;
  marks: Marks;
}): JSX.Element {
  const { segment, start, cut, marks } = props;
  const end = start + segment.text.length;
  if (cut === undefined || cut >= end) {
    const shown = <SegmentText segment={segment} text={segment.text} marks={marks} />;
    return cut === undefined ? shown : <span class="lost">{shown}</span>;
  }
  if (cut < start) return <SegmentText segment={segment} text={segment.text} marks={marks} />;
  const at = cut - start;
  return (
    <>
      {at > 0 && (
        <span class="lost">
          <SegmentText segment={segment} text={segment.text.slice(0, at)} marks={marks} />
        </span>
      )}
      <CutLine />
      <SegmentText segment={segment} text={segment.text.slice(at)} marks={marks} />
    </>
  );
}

/** All demonstrations, folded; their targets boxed. Where the cut goes through them they stand open. */
function Demonstrations(props: { view: InstanceView; run: Run; marks: Marks }): JSX.Element {
  const { view, run, marks } = props;
  const text = run.parts.map((part) => part.segment.text).join('');
  const first = run.parts[0]?.start ?? 0;
  const cut = view.cut === undefined ? undefined : view.cut - first;
  const cutInside = cut !== undefined && cut >= 0 && cut < text.length;
  const shown = view.demonstrations.map(({ example }) =>
    example < 0 ? t('the definition’s own') : t('example {0}', numberWord(example + 1)),
  );
  const pieces: ComponentChildren[] = [];
  let at = 0;
  const plain = (end: number) => {
    if (cutInside && cut >= at && cut < end) {
      pieces.push(<span class="lost">{text.slice(at, cut)}</span>, <CutLine />);
      at = cut;
    }
    if (end > at) pieces.push(<Text text={text.slice(at, end)} marks={marks} />);
    at = end;
  };
  for (const [start, end] of targetRanges(view, text)) {
    plain(start);
    pieces.push(
      <span class="target-inline" title={t('target of a demonstration')}>
        <Text text={text.slice(start, end)} marks={marks} />
      </span>,
    );
    at = end;
  }
  plain(text.length);
  const count = view.demonstrations.length;
  return (
    <details class="demonstrations" open={cutInside}>
      <summary>
        {count === 1 ? t('1 demonstration') : t('{0} demonstrations', count)}
        <span class="dim">
          {' '}
          · {shown.join(', ')} · {tokenWord(view, run.tokens)}
        </span>
      </summary>
      <div class={cut !== undefined && cut >= text.length ? 'lost' : undefined}>{pieces}</div>
    </details>
  );
}

export function tokenWord(view: InstanceView, count: number): string {
  const unit =
    view.tokens.unit === 'tokens' ? [t('1 token'), t('{0} tokens')] : [t('1 word'), t('{0} words')];
  return count === 1 ? unit[0]! : unit[1]!.replace('{0}', numberWord(count));
}

/** The instance as the model gets it: source, then the target on its own ground. */
export function PromptText({ view, showSpace }: { view: InstanceView; showSpace: boolean }): JSX.Element {
  const marks: Marks = { fields: fieldsOf([...view.source, ...view.target]), showSpace };
  return (
    <div class={showSpace ? 'prompt instance show-space' : 'prompt instance'}>
      <section aria-label={t('Source')} class="source" data-part="source">
        {runsOf(view).map((run, index) =>
          run.kind === 'demonstrations' ? (
            <Demonstrations key={index} view={view} run={run} marks={marks} />
          ) : (
            run.parts.map(({ segment, start }) => (
              <Part key={start} segment={segment} start={start} cut={view.cut} marks={marks} />
            ))
          ),
        )}
      </section>
      <section aria-label={t('Target')} class="target" data-part="target">
        <h2>
          {t('Target')} <span class="numbers">{tokenWord(view, view.tokens.target)}</span>
        </h2>
        <div>
          {view.target.map((segment, index) => (
            <SegmentText key={index} segment={segment} text={segment.text} marks={marks} />
          ))}
          {view.target.every((segment) => segment.text === '') && <span class="dim">{t('empty')}</span>}
        </div>
      </section>
    </div>
  );
}
