import type { JSX } from 'preact';
import type { JobDetail, JobRow } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { runningSeconds } from './points.ts';
import { durationWord, isActive, lossWord, shortWord, stateSign, stateWord, stepWord } from './words.ts';

/** The run's name, how it goes, and what can be done with it; why it failed, where it did. */
export function Header({ detail }: { detail: JobDetail }): JSX.Element {
  const { row } = detail;
  const { id, state, step, steps } = row;
  return (
    <header class="header">
      <div class="row">
        <h1>{row.name}</h1>
        <Actions row={row} results={detail.results} />
      </div>
      <p class="row numbers" role="status">
        <span class={`state ${state}`}>
          <span class="sign" aria-hidden="true">
            {stateSign(state)}
          </span>{' '}
          {stateWord(state)}
        </span>
        {isActive(state) && step !== null && steps !== null && (
          <progress max={Math.max(1, steps)} value={step} aria-label={t('Steps done')} />
        )}
        {words(detail).map((word) => (
          <span key={word}>{word}</span>
        ))}
      </p>
      {isActive(state) && (row.activity ?? row.reason) && <p class="dim">{row.activity ?? row.reason}</p>}
      <Failure detail={detail} again={() => runCommand('heldout.runs.openLog', { id })} />
    </header>
  );
}

function words(detail: JobDetail): string[] {
  const { row, states } = detail;
  const parts = [stepWord(row)];
  if (row.loss !== null) parts.push(t('loss {0}', lossWord(row.loss)));
  if (isActive(row.state)) {
    if (row.tokensPerSecond !== null) parts.push(t('{0} tokens/s', shortWord(row.tokensPerSecond)));
    if (row.secondsLeft !== null) parts.push(t('{0} left', durationWord(row.secondsLeft)));
  } else {
    const seconds = runningSeconds(states, row.since);
    if (seconds > 0) parts.push(t('ran {0}', durationWord(seconds)));
  }
  if (row.attempt > 1) parts.push(t('attempt {0}', row.attempt));
  return parts.filter((part) => part !== undefined);
}

function Actions({ row, results }: { row: JobRow; results: string | null }): JSX.Element {
  const { id, state } = row;
  const call = (command: string) => () => runCommand(`heldout.runs.${command}`, { id });
  const stopped = state === 'failed' || state === 'cancelled' || state === 'lost';
  return (
    <span class="actions">
      {results !== null && (
        <Button primary onClick={() => runCommand('heldout.showResults', results)}>
          {t('Show Results')}
        </Button>
      )}
      {isActive(state) && (
        <Button onClick={call('cancel')} title={cancelMeaning(state === 'stopping')}>
          {state === 'stopping' ? t('Stop now') : t('Cancel')}
        </Button>
      )}
      {stopped && (
        <Button primary onClick={call('resume')} title={t('Goes on from the last checkpoint')}>
          {t('Resume')}
        </Button>
      )}
      {!isActive(state) && (
        <Button onClick={call('retry')} title={t('The same from the start, as a new run')}>
          {t('Retry')}
        </Button>
      )}
      <Button onClick={call('openFolder')}>{t('Open folder')}</Button>
    </span>
  );
}

function cancelMeaning(stopping: boolean): string {
  return stopping
    ? t('Ends it at once; what came after the last checkpoint is lost')
    : t('It writes a checkpoint and ends; it can be resumed');
}

/** Why it ended, with the advice that its work or its supervisor gave. */
function Failure({ detail, again }: { detail: JobDetail; again: () => void }): JSX.Element | null {
  const { row, messages } = detail;
  if (row.state !== 'failed' && row.state !== 'lost' && row.state !== 'cancelled') return null;
  const errors = messages.filter(({ severity, text }) => severity === 'error' && !row.reason?.includes(text));
  const reason = row.reason ?? (row.state === 'cancelled' ? undefined : t('Its log says more.'));
  if (!reason && errors.length === 0) return null;
  if (row.state === 'cancelled' && errors.length === 0) return <p class="dim">{reason}</p>;
  return (
    <div class="error failure" role="alert">
      {reason && <strong>{reason}</strong>}
      {errors.slice(-3).map(({ time, text }) => (
        <p key={time}>{text}</p>
      ))}
      <button type="button" class="link" onClick={again}>
        {t('Open log')}
      </button>
    </div>
  );
}
