import type { JSX } from 'preact';
import { t } from '../shared/l10n.ts';
import { runCommand } from '../shared/messages.ts';
import { numberWord } from '../shared/words.ts';
import { collectionOf, letterOf, lossOf, type Sequence } from './model.ts';

interface DocumentsProps {
  sequence: Sequence;
  colours: readonly string[];
  seed: number;
}

/** The examples of a sequence; each opens in the Prompt Inspector. */
export function Documents({ sequence, colours, seed }: DocumentsProps): JSX.Element {
  return (
    <div class="documents">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">{t('Example')}</th>
            <th scope="col" class="number">
              {t('Draw')}
            </th>
            <th scope="col" class="number">
              {t('Tokens')}
            </th>
            <th scope="col" class="number">
              {t('with loss')}
            </th>
            <th scope="col" class="number">
              {t('cut')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sequence.documents.map((document) => {
            const { index, task, example, template, shots, metaicl } = document.draw;
            const colour = colours.indexOf(collectionOf(task));
            return (
              <tr key={index}>
                <th scope="row">
                  <span class={`patch mark-${colour % 6}`} aria-hidden="true">
                    {letterOf(colour)}
                  </span>{' '}
                  <button
                    type="button"
                    class="link"
                    title={t('Inspect this prompt: template {0}', template)}
                    onClick={() =>
                      runCommand('heldout.inspect', { task, example, template, shots, seed, metaicl })
                    }
                  >
                    {task}
                  </button>{' '}
                  <span class="dim">{numberWord(example + 1)}</span>
                </th>
                <td class="number">{numberWord(index + 1)}</td>
                <td class="number">{numberWord(document.tokens)}</td>
                <td class="number">{numberWord(lossOf(document))}</td>
                <td class="number">{document.cut > 0 ? numberWord(document.cut) : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
