import type { JSX } from 'preact';
import type { JobDetail } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { clockWord, figureWord, lossWord } from './words.ts';

/** Rows shown before a person asks for the rest. */
const FEW = 6;

interface CheckpointsProps {
  detail: JobDetail;
  evaluates: boolean;
}

/** What the run wrote: its checkpoints, the newest first, and the finished weights. */
export function Checkpoints({ detail, evaluates }: CheckpointsProps): JSX.Element {
  const { checkpoints, final, row } = detail;
  const newest = checkpoints.toReversed();
  const line = ({ step, time, folder, there, seconds, loss }: (typeof checkpoints)[number]) => (
    <tr key={time} class={there ? undefined : 'dim'}>
      <th scope="row">{t('step {0}', numberWord(step))}</th>
      <td>{clockWord(time)}</td>
      <td class="number">{loss === null ? '–' : lossWord(loss)}</td>
      <td class="number">{seconds === null ? '–' : t('{0} s', figureWord(seconds, 2))}</td>
      <td>{there ? <Uses folder={folder} evaluates={evaluates} /> : t('no longer on disk')}</td>
    </tr>
  );
  return (
    <section class="checkpoints" aria-label={t('Checkpoints')}>
      <h2>{t('Checkpoints')}</h2>
      {evaluates && row.kind === 'train' && (
        <Button onClick={() => runCommand('heldout.runs.evaluate', { id: row.id })}>
          {t('Evaluate Every Checkpoint…')}
        </Button>
      )}
      {checkpoints.length === 0 && !final ? (
        <p class="dim">{t('None yet.')}</p>
      ) : (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{t('Checkpoint')}</th>
              <th scope="col">{t('Written')}</th>
              <th scope="col" class="number">
                {t('Loss')}
              </th>
              <th scope="col" class="number">
                {t('Took')}
              </th>
              <th scope="col">
                <span class="said">{t('What can be done')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {final && (
              <tr>
                <th scope="row">
                  <strong>{t('final weights')}</strong>
                </th>
                <td>{clockWord(row.since)}</td>
                <td />
                <td />
                <td>
                  <Uses folder={final} evaluates={evaluates} />
                </td>
              </tr>
            )}
            {newest.slice(0, FEW).map(line)}
          </tbody>
        </table>
      )}
      {newest.length > FEW && (
        <details>
          <summary>{t('{0} earlier ones', newest.length - FEW)}</summary>
          <table class="numbers">
            <tbody>{newest.slice(FEW).map(line)}</tbody>
          </table>
        </details>
      )}
    </section>
  );
}

function Uses({ folder, evaluates }: { folder: string; evaluates: boolean }): JSX.Element {
  return (
    <span class="actions">
      {evaluates && (
        <Button onClick={() => runCommand('heldout.evaluateCheckpoint', { folder })}>{t('Evaluate')}</Button>
      )}
      <Button onClick={() => runCommand('heldout.runs.revealCheckpoint', { folder })}>{t('Reveal')}</Button>
    </span>
  );
}
