import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type * as z from 'zod';
import type { previewRow, rendering, Segment, TemplatePreview } from '../../server/protocol.ts';
import { fieldsOf } from '../shared/fields.ts';
import { t } from '../shared/l10n.ts';
import { openFile } from '../shared/messages.ts';
import { type Marks, SegmentText } from '../shared/segments.tsx';
import { numberWord } from '../shared/words.ts';
import { fold } from './fold.ts';

type Row = z.infer<typeof previewRow>;
type Rendering = z.infer<typeof rendering>;

interface RowsProps {
  view: TemplatePreview;
  /** The task's fields: their order gives the letters, so that a field keeps its own from template to template. */
  fields: readonly string[];
  showSpace: boolean;
}

/** Fields in the order of their letters: the task's own, then what else is printed on this page. */
function lettered(view: TemplatePreview, fields: readonly string[]): string[] {
  const printed = view.rows.flatMap(({ rendered, against }) =>
    [rendered, against].flatMap((one) => (one ? fieldsOf([...one.source, ...one.target]) : [])),
  );
  return [...new Set([...fields, ...printed])];
}

/** What the template makes of each record of the page. */
export function Rows({ view, fields, showSpace }: RowsProps): JSX.Element {
  const marks: Marks = { fields: lettered(view, fields), showSpace };
  return (
    <>
      {view.against !== undefined && (
        <div class="pair names" aria-hidden="true">
          <strong>{view.template}</strong>
          <strong>{view.against}</strong>
        </div>
      )}
      {view.rows.map((row) => (
        <RecordRow key={`${view.template}:${row.example}`} row={row} view={view} marks={marks} />
      ))}
    </>
  );
}

function RecordRow({ row, view, marks }: { row: Row; view: TemplatePreview; marks: Marks }): JSX.Element {
  const { record, against } = row;
  const file = view.templateAt?.file;
  const name = t('Example {0}', numberWord(row.example + 1));
  return (
    <article class="record" aria-label={name}>
      <p class="about dim">
        <span>{name}</span>
        {row.edge !== undefined && <span class="edge">{row.edge.replaceAll('`', '')}</span>}
        {record && (
          <button type="button" class="link" onClick={() => openFile(record)}>
            {t('Open record')}
          </button>
        )}
      </p>
      {against ? (
        <div class="pair">
          <Rendered rendered={row.rendered} marks={marks} name={view.template} file={file} />
          <Rendered rendered={against} marks={marks} name={view.against ?? ''} file={file} />
        </div>
      ) : (
        <Rendered rendered={row.rendered} marks={marks} name={view.template} file={file} />
      )}
    </article>
  );
}

interface RenderedProps {
  rendered: Rendering;
  marks: Marks;
  /** The template's name, and the file that it stands in. */
  name: string;
  file: string | undefined;
}

function Rendered({ rendered, marks, name, file }: RenderedProps): JSX.Element {
  const { source, target, candidates, leftOut, error } = rendered;
  if (leftOut) return <p class="left-out dim">{t('The template leaves this record out.')}</p>;
  if (error) return <Failure error={error} file={file} />;
  const text = target.map((segment) => segment.text).join('');
  return (
    <section class={marks.showSpace ? 'rendered show-space' : 'rendered'} aria-label={name}>
      <div class="instance" data-part="source">
        <Segments segments={source} marks={marks} />
      </div>
      <div class="target" data-part="target">
        <h2>{t('Target')}</h2>
        <div class="instance">
          {text === '' ? <span class="dim">{t('empty')}</span> : <Segments segments={target} marks={marks} />}
        </div>
        {candidates && <Candidates candidates={candidates} right={text.trim()} />}
      </div>
    </section>
  );
}

interface FailureProps {
  error: NonNullable<Rendering['error']>;
  file: string | undefined;
}

/** Why there is nothing to see, in its place, and where in the file it comes from. */
function Failure({ error, file }: FailureProps): JSX.Element {
  const { message, at } = error;
  return (
    <div class="failure" role="alert">
      <span class="severity" aria-hidden="true">
        ✕
      </span>
      <span>
        {message}{' '}
        {at && file !== undefined && (
          <button
            type="button"
            class="link numbers"
            onClick={() => openFile({ file, line: at.line }, at.column)}
          >
            {t('line {0}, column {1}', at.line, at.column)}
          </button>
        )}
      </span>
    </div>
  );
}

function Candidates({ candidates, right }: { candidates: readonly string[]; right: string }): JSX.Element {
  return (
    <p class="candidates dim">
      {t('Candidates')}
      {candidates.map((candidate, index) => {
        const isRight = candidate.trim() === right;
        return (
          <span key={index} class={isRight ? 'instance right' : 'instance'}>
            {isRight && (
              <>
                <span aria-hidden="true">✓ </span>
                <span class="said">{t('the right one')}</span>
              </>
            )}
            {candidate}
          </span>
        );
      })}
    </p>
  );
}

function Segments({ segments, marks }: { segments: readonly Segment[]; marks: Marks }): JSX.Element {
  return (
    <>
      {segments.map((segment, index) => (
        <Folding key={index} segment={segment} marks={marks} />
      ))}
    </>
  );
}

/** A segment whole, or a long field's beginning and end with a button for what is between. */
function Folding({ segment, marks }: { segment: Segment; marks: Marks }): JSX.Element {
  const [open, setOpen] = useState(false);
  const folded = segment.origin === 'field' && !open ? fold(segment.text) : undefined;
  if (!folded) return <SegmentText segment={segment} text={segment.text} marks={marks} />;
  return (
    <>
      <SegmentText segment={segment} text={folded.head} marks={marks} />
      <button type="button" class="link fold" onClick={() => setOpen(true)}>
        {t('… {0} characters more …', numberWord(folded.middle.length))}
      </button>
      <SegmentText segment={{ ...segment, text: folded.tail }} text={folded.tail} marks={marks} />
    </>
  );
}
