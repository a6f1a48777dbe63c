import type { JSX } from 'preact';
import type { ComparisonRow, ShotsSetting } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { type ShotScore, type Verdict, verdictOf } from './model.ts';
import { differenceWord, estimateWord, shotsWord, signedWord } from './words.ts';

const SIGNS: Record<Verdict, string> = { better: '▲', worse: '▼', same: '≈' };

interface CellProps {
  scores: readonly ShotScore[];
  shots: readonly ShotsSetting[];
  differences: readonly ComparisonRow[];
  /** Whether it is known which examples are clean: where none is, the cell says so. */
  looked: boolean;
  /** What the figures are of, for a reader that does not see the table. */
  label: string;
  open?: () => void;
  /** The first of its level's columns. */
  begins?: boolean;
  selected?: boolean;
}

/** The scores for each number of shots, on all examples and on clean ones, and how they differ from the run compared with. */
export function ScoreCell(props: CellProps): JSX.Element {
  const { scores, shots, differences, looked, label, open, begins, selected } = props;
  const place = `${begins ? ' begins' : ''}${selected ? ' selected' : ''}`;
  const at = (one: ShotsSetting) => scores.find((row) => row.shots === one);
  if (scores.length === 0) return <td class={`score none${place}`}>–</td>;
  const all = shots.map((one) => estimateWord(at(one)?.all)).join(' / ');
  const some = scores.some(({ clean }) => clean !== null);
  const clean = some
    ? `${t('clean')} ${shots.map((one) => estimateWord(at(one)?.clean)).join(' / ')}`
    : looked && t('no clean examples');
  const content = (
    <>
      <span class="all">{all}</span>
      {clean && <span class="clean dim">{clean}</span>}
      {differences.length > 0 && <Differences shots={shots} rows={differences} />}
    </>
  );
  return (
    <td class={`score${place}`}>
      {open ? (
        <button
          type="button"
          class="cell"
          onClick={open}
          aria-label={spoken([label, all, ...(clean ? [clean] : [])], differences)}
        >
          {content}
        </button>
      ) : (
        <div class="cell">{content}</div>
      )}
    </td>
  );
}

function Differences({
  shots,
  rows,
}: {
  shots: readonly ShotsSetting[];
  rows: readonly ComparisonRow[];
}): JSX.Element {
  return (
    <span class="differences">
      {shots.map((one, index) => {
        const row = rows.find((each) => each.shots === one);
        return (
          <span key={String(one)}>
            {index > 0 && ' / '}
            {row ? <Difference row={row} /> : '–'}
          </span>
        );
      })}
    </span>
  );
}

export function Difference({ row }: { row: ComparisonRow }): JSX.Element {
  const verdict = verdictOf(row);
  return (
    <span class={`difference ${verdict}`} title={differenceWord(row)}>
      {SIGNS[verdict]} {signedWord(row.difference)}
    </span>
  );
}

function spoken(figures: readonly string[], differences: readonly ComparisonRow[]): string {
  const words: Record<Verdict, string> = {
    better: t('better'),
    worse: t('worse'),
    same: t('no difference that counts'),
  };
  const said = differences.map((row) =>
    t('{0} shots: {1}, {2}', shotsWord(row.shots), signedWord(row.difference), words[verdictOf(row)]),
  );
  return [...figures, ...said].join('; ');
}
