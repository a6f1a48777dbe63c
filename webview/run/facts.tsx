import type { JSX } from 'preact';
import type { JobDetail } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { clockWord, shortWord, stateSign, stateWord } from './words.ts';

/** What the run is: where it runs, its spec as it was given and as resolved, what happened to it. */
export function Facts({ detail }: { detail: JobDetail }): JSX.Element {
  const { row, spec, run, messages } = detail;
  return (
    <section class="facts" aria-label={t('Run')}>
      <h2>{t('Run')}</h2>
      <dl class="numbers">
        {facts(detail).map(([name, value]) => (
          <div key={name}>
            <dt class="dim">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {spec && (
        <details>
          <summary>{t('Spec as given')}</summary>
          <Button onClick={() => runCommand('heldout.runs.openSpec', { id: row.id })}>
            {t('Open spec')}
          </Button>
          <pre>{spec}</pre>
        </details>
      )}
      {run && (
        <details>
          <summary>{t('Resolved, every number explicit')}</summary>
          <pre>{indented(run)}</pre>
        </details>
      )}
      <details>
        <summary>{t('What happened')}</summary>
        <ul class="history numbers">
          {happened(detail).map(({ time, sign, text }) => (
            <li key={`${time}:${text}`}>
              <span class="dim">{clockWord(time)}</span> <span aria-hidden="true">{sign}</span> {text}
            </li>
          ))}
        </ul>
        {messages.length === 0 && <p class="dim">{t('The work said nothing besides.')}</p>}
      </details>
    </section>
  );
}

function facts(detail: JobDetail): [string, string][] {
  const { row, launcher, device, world, parameters, folder, command } = detail;
  const where =
    launcher.kind === 'slurm'
      ? t('Slurm, job {0}', row.slurmJob ?? '–')
      : launcher.gpus > 0
        ? t('this machine, {0} GPUs', launcher.gpus)
        : t('this machine');
  const all: [string, string | null][] = [
    [t('Runs on'), where],
    [t('Device'), device],
    [t('Processes'), world === null ? null : numberWord(world)],
    [t('Parameters'), parameters === null ? null : shortWord(parameters)],
    [t('Submitted'), clockWord(row.created)],
    [t('Folder'), folder],
    [t('Command'), command.join(' ')],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== null);
}

function happened({ states, messages }: JobDetail): { time: number; sign: string; text: string }[] {
  const signs = { info: 'i', warning: '!', error: '✕' };
  return [
    ...states.map(({ time, state, reason, attempt }) => ({
      time,
      sign: stateSign(state),
      text: [stateWord(state), attempt > 1 ? t('attempt {0}', attempt) : '', reason ?? '']
        .filter(Boolean)
        .join(' · '),
    })),
    ...messages.map(({ time, severity, text }) => ({ time, sign: signs[severity], text })),
  ].sort((a, b) => a.time - b.time);
}

/** The document with line breaks; as it stands where it is not JSON. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
