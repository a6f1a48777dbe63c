import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from './l10n.ts';

interface AsTableProps {
  title: string;
  /** Written only once it was opened: head and body of the table. */
  content: () => ComponentChildren;
}

/** The figures of a picture, for who would rather read than look. */
export function AsTable({ title, content }: AsTableProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{t('As a table')}</summary>
      {open && (
        <div class="scroll">
          <table class="numbers" aria-label={title}>
            {content()}
          </table>
        </div>
      )}
    </details>
  );
}
