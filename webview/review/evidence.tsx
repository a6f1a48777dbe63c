import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { EvidenceGroup } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { Button } from '../shared/toolkit.ts';
import { numberWord, shortened } from '../shared/words.ts';

/** Where the reviewer stands in the evidence: a group of equal text, and one of its examples. */
export interface Position {
  group: number;
  shared: number;
}

interface EvidenceProps {
  groups: readonly EvidenceGroup[];
  position: Position;
  go: (position: Position) => void;
}

/** "span of 41 words, in 158 examples of this pair and 3 other pairs". */
export function groupWord(group: EvidenceGroup): string {
  const span = group.shared.every((one) => one.short)
    ? t('whole short example')
    : group.words === 1
      ? t('span of 1 word')
      : t('span of {0} words', numberWord(group.words));
  const examples =
    group.examples === 1
      ? t('in 1 example of this pair')
      : t('in {0} examples of this pair', numberWord(group.examples));
  const others =
    group.otherPairs === 0
      ? ''
      : group.otherPairs === 1
        ? ` ${t('and 1 other pair')}`
        : ` ${t('and {0} other pairs', numberWord(group.otherPairs))}`;
  return `${span}, ${examples}${others}`;
}

/** The evidence, grouped by shared text, most telling first; one group is looked at. */
export function EvidenceList({ groups, position, go }: EvidenceProps): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [position.group, groups]);
  return (
    <nav class="evidence" aria-label={t('Evidence')}>
      <h2>{groups.length === 1 ? t('1 shared text') : t('{0} shared texts', numberWord(groups.length))}</h2>
      <ol ref={list}>
        {groups.map((group, index) => (
          <li key={`${index}:${group.text.slice(0, 40)}`}>
            <button
              type="button"
              class={group.boilerplate ? 'group boilerplate' : 'group'}
              aria-current={index === position.group}
              onClick={() => go({ group: index, shared: 0 })}
            >
              <span class="quote">{shortened(group.text, 90)}</span>
              <span class="dim">
                {group.boilerplate && <em>{t('boilerplate')} · </em>}
                {groupWord(group)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Which evidence is shown, and the steps to the others. */
export function EvidenceSteps({ groups, position, go }: EvidenceProps): JSX.Element | null {
  const group = groups[position.group];
  if (!group) return null;
  const { length } = group.shared;
  return (
    <div class="steps">
      <Button
        onClick={() => go({ group: position.group - 1, shared: 0 })}
        disabled={position.group === 0}
        label={t('Previous evidence')}
        title={t('Previous evidence (K)')}
      >
        ↑ <span class="key">K</span>
      </Button>
      <Button
        onClick={() => go({ group: position.group + 1, shared: 0 })}
        disabled={position.group >= groups.length - 1}
        label={t('Next evidence')}
        title={t('Next evidence (J)')}
      >
        ↓ <span class="key">J</span>
      </Button>
      <p>
        <strong>{t('{0} of {1}', position.group + 1, groups.length)}</strong> · {groupWord(group)}
        {group.boilerplate && <em> · {t('boilerplate')}</em>}
      </p>
      {length > 1 && (
        <span class="examples numbers">
          <button
            type="button"
            class="link"
            aria-label={t('Previous example of this text')}
            title="["
            disabled={position.shared === 0}
            onClick={() => go({ ...position, shared: position.shared - 1 })}
          >
            ‹
          </button>{' '}
          {t('example {0} of {1}', position.shared + 1, length)}{' '}
          <button
            type="button"
            class="link"
            aria-label={t('Next example of this text')}
            title="]"
            disabled={position.shared >= length - 1}
            onClick={() => go({ ...position, shared: position.shared + 1 })}
          >
            ›
          </button>
        </span>
      )}
    </div>
  );
}
