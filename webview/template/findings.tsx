import type { JSX } from 'preact';
import type { TemplateFinding } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { openFile } from '../shared/messages.ts';
import { percentWord } from '../shared/words.ts';

const SIGNS: Record<TemplateFinding['severity'], string> = { error: '✕', warning: '!', information: 'i' };

/** Findings that are a matter of likelihood, not of fact. */
const GUESSES: ReadonlySet<string> = new Set(['alters-semantics', 'task-inverted']);

function severityWord(severity: TemplateFinding['severity']): string {
  const words: Record<TemplateFinding['severity'], string> = {
    error: t('error'),
    warning: t('warning'),
    information: t('note'),
  };
  return words[severity];
}

/** Text in which `names` stand between backquotes, those set as code. */
function Message({ text }: { text: string }): JSX.Element {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  );
}

/** What was found on the template as it stands in the editor, in words, with its place; the most severe first. */
export function Findings({ findings }: { findings: readonly TemplateFinding[] }): JSX.Element | null {
  if (findings.length === 0) return null;
  const rank = ({ severity, kind }: TemplateFinding) =>
    2 * Object.keys(SIGNS).indexOf(severity) - (kind === undefined ? 0 : 1);
  const sorted = [...findings].sort((a, b) => rank(a) - rank(b));
  return (
    <ul class="findings" aria-label={t('Findings')}>
      {sorted.map((finding, index) => (
        <li key={index} class={finding.severity}>
          <span class="severity" aria-hidden="true">
            {SIGNS[finding.severity]}
          </span>
          <span class="said">{severityWord(finding.severity)}</span>
          <span>
            <Message text={finding.message} />
            {GUESSES.has(finding.code) && (
              <span class="dim numbers"> · {t('{0} sure', percentWord(finding.score))}</span>
            )}
          </span>
          <button type="button" class="link numbers" onClick={() => openFile(finding, finding.column)}>
            {t('line {0}', finding.line)}
          </button>
        </li>
      ))}
    </ul>
  );
}
