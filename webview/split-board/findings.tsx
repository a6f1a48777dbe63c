import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SplitFinding, SplitFindingCode, SplitRemedy } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { openFile, runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { codeWord, remedyWord } from './words.ts';

/** Findings of one kind that are listed before the others are asked for. */
const SHOWN = 20;

/** What stands in the way of a clean split, each with its remedies. */
export function Findings({ findings }: { findings: readonly SplitFinding[] }): JSX.Element {
  const groups = new Map<SplitFindingCode, SplitFinding[]>();
  for (const finding of findings) groups.set(finding.code, [...(groups.get(finding.code) ?? []), finding]);
  return (
    <aside class="findings" aria-label={t('In the way of a clean split')}>
      {findings.length === 0 ? (
        <p class="clean">
          <span class="sign" aria-hidden="true">
            ✓
          </span>
          {t('Nothing stands in the way of a clean split.')}
        </p>
      ) : (
        [...groups].map(([code, own]) => <Group key={code} code={code} findings={own} />)
      )}
    </aside>
  );
}

function Group({
  code,
  findings,
}: {
  code: SplitFindingCode;
  findings: readonly SplitFinding[];
}): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? findings : findings.slice(0, SHOWN);
  return (
    <section>
      <h2>
        {codeWord(code)} <span class="numbers">{numberWord(findings.length)}</span>
      </h2>
      <ul>
        {shown.map((finding) => (
          <Finding key={finding.message} finding={finding} />
        ))}
      </ul>
      {shown.length < findings.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {t('Show {0} more', numberWord(findings.length - shown.length))}
        </button>
      )}
    </section>
  );
}

function Finding({ finding: { message, remedies } }: { finding: SplitFinding }): JSX.Element {
  const [first, ...others] = remedies;
  return (
    <li>
      <p>{message}</p>
      <span class="remedies">
        {first && <Button onClick={() => apply(first)}>{remedyWord(first)}</Button>}
        {others.map((remedy) => (
          <button key={JSON.stringify(remedy)} type="button" class="link" onClick={() => apply(remedy)}>
            {remedyWord(remedy)}
          </button>
        ))}
      </span>
    </li>
  );
}

function apply(remedy: SplitRemedy): void {
  if (remedy.kind === 'edit-bench') openFile(remedy.location);
  else runCommand('heldout.splits.remedy', remedy);
}
