import type { JSX } from 'preact';
import type { MixtureView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { numberWord } from '../shared/words.ts';

/** The first draws of the training stream; each opens in the Prompt Inspector as it is trained on. */
export function Draws({ view }: { view: MixtureView }): JSX.Element | null {
  if (view.draws.length === 0) return null;
  return (
    <section class="draws" aria-label={t('First draws')}>
      <h2>{t('First draws')}</h2>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col" class="number">
              {t('Draw')}
            </th>
            <th scope="col">{t('Task')}</th>
            <th scope="col" class="number">
              {t('Example')}
            </th>
            <th scope="col">{t('Template')}</th>
            <th scope="col" class="number">
              {t('Demonstrations')}
            </th>
          </tr>
        </thead>
        <tbody>
          {view.draws.map(({ index, task, example, template, shots, metaicl }) => (
            <tr key={index}>
              <td class="number">{numberWord(index + 1)}</td>
              <td>
                <button
                  type="button"
                  class="link"
                  title={t('Inspect this prompt')}
                  onClick={() =>
                    runCommand('heldout.inspect', {
                      task,
                      example,
                      template,
                      shots,
                      seed: view.seed,
                      metaicl,
                    })
                  }
                >
                  {task}
                </button>
              </td>
              <td class="number">{numberWord(example + 1)}</td>
              <td>{template}</td>
              <td class="number">{shots}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
