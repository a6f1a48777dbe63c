import type { SplitFindingCode, SplitRemedy } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import type { Column } from './model.ts';

export function columnWord(column: Column): string {
  const words: Record<Column, string> = {
    train: t('Train'),
    'fully-held-out': t('Fully held-out'),
    'partially-held-out': t('Partially held-out'),
    'fully-supervised': t('Fully supervised'),
    'left-out': t('Left out'),
  };
  return words[column];
}

export function columnMeaning(column: Column): string {
  const words: Record<Column, string> = {
    train: t('Trained on'),
    'fully-held-out': t('Evaluated; nothing of the category is trained on'),
    'partially-held-out': t('Evaluated; other tasks of the category are trained on'),
    'fully-supervised': t('Held-out examples of train tasks'),
    'left-out': t('Not in the bench: removed, or in no published list'),
  };
  return words[column];
}

export function tasksWord(count: number): string {
  return count === 1 ? t('1 task') : t('{0} tasks', numberWord(count));
}

export function examplesWord(count: number): string {
  return count === 1 ? t('1 example') : t('{0} examples', numberWord(count));
}

export function codeWord(code: SplitFindingCode): string {
  const words: Record<SplitFindingCode, string> = {
    'task-in-two-splits': t('In two splits'),
    'task-outside-category': t('Not of its category'),
    'task-in-no-list': t('In no list'),
    'empty-split': t('Empty split'),
    'test-category-in-train': t('Test category in train'),
    'source-on-both-sides': t('Data source on both sides'),
    'undecided-pair': t('Undecided pairs'),
    'pairs-not-searched': t('Overlaps'),
    'no-demonstrations': t('No demonstrations'),
    'empty-level': t('Empty level'),
  };
  return words[code];
}

/** A remedy as an order; "…" where the reason is asked for. */
export function remedyWord(remedy: SplitRemedy): string {
  switch (remedy.kind) {
    case 'hold-out-category':
      return t('Hold the category out…');
    case 'move-tasks':
      return remedy.to === 'train' ? t('Put in train…') : t('Move to {0}…', remedy.to);
    case 'leave-out':
      return remedy.tasks.length === 1
        ? t('Leave the task out…')
        : t('Leave {0} tasks out…', numberWord(remedy.tasks.length));
    case 'rule-on-pair':
      return remedy.verdict === 'retain' ? t('Retain…') : t('Remove train task…');
    case 'review-pair':
      return t('Review pair');
    case 'allow-source':
      return t('Allow the source…');
    case 'find-overlaps':
      return t('Find overlaps');
    case 'edit-bench':
      return t('Open line {0}', remedy.location.line);
  }
}
