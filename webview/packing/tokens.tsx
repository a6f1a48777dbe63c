import type { JSX } from 'preact';
import type { PackingView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import { collectionOf, letterOf, type Sequence, type Stretch, stretchesOf } from './model.ts';

/** The tokens of one sequence: each apart from its neighbour, those that take loss on a ground of their own. */
export function Tokens(props: {
  view: PackingView;
  sequence: Sequence;
  colours: readonly string[];
}): JSX.Element {
  const { view, sequence, colours } = props;
  const stretches = stretchesOf(view.tokens);
  return (
    <section class="tokens" aria-label={t('Tokens')}>
      <h2>{t('Tokens')}</h2>
      {sequence.documents.map(({ draw, cut }, at) => {
        const colour = colours.indexOf(collectionOf(draw.task));
        return (
          <div key={draw.index} class={`document mark-${colour % 6}`}>
            <span class="patch" title={draw.task}>
              {letterOf(colour)}
            </span>
            <p class="instance">
              {cut > 0 && (
                <span class="gone" role="note">
                  {t('{0} tokens cut here', numberWord(cut))}
                </span>
              )}
              {stretches
                .filter(({ document }) => document === at)
                .map((stretch) => (
                  <StretchText key={stretch.tokens[0]?.place} stretch={stretch} />
                ))}
            </p>
          </div>
        );
      })}
      {sequence.padding > 0 && (
        <p class="dim numbers">{t('{0} places of padding', numberWord(sequence.padding))}</p>
      )}
    </section>
  );
}

function StretchText({ stretch }: { stretch: Stretch }): JSX.Element {
  const tokens = stretch.tokens.map(({ text, place }) => (
    <span key={place} class={place % 2 === 0 ? 'token' : 'token odd'} title={String(place + 1)}>
      {text}
    </span>
  ));
  return stretch.loss ? <mark title={t('takes loss')}>{tokens}</mark> : <span>{tokens}</span>;
}
