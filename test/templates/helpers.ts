import { checkFile, type FileOptions } from '../../server/templates/check.ts';
import type { Finding, FindingCode } from '../../server/templates/types.ts';

/** A template as a test writes it: its Jinja, and what differs from the usual. */
export interface Written {
  name: string;
  jinja: string;
  choices?: string;
  original?: boolean;
  inPrompt?: boolean;
  metrics?: string[];
}

/** A `templates.yaml` of a made-up data set. */
export function yamlOf(templates: readonly Written[], dataset = 'harbour_notes'): string {
  const entries = templates.map((template, index) =>
    [
      `  00000000-0000-4000-8000-00000000000${index}: !Template`,
      `    answer_choices: ${template.choices === undefined ? 'null' : JSON.stringify(template.choices)}`,
      `    jinja: ${JSON.stringify(template.jinja)}`,
      '    metadata: !TemplateMetadata',
      `      choices_in_prompt: ${template.inPrompt ?? false}`,
      '      languages:',
      '      - en',
      '      metrics:',
      ...(template.metrics ?? ['Accuracy']).map((metric) => `      - ${metric}`),
      `      original_task: ${template.original ?? true}`,
      `    name: ${JSON.stringify(template.name)}`,
      "    reference: ''",
    ].join('\n'),
  );
  return `dataset: ${dataset}\ntemplates:\n${entries.join('\n')}\n`;
}

/** The findings on a text, as if it stood in `templates.yaml`. */
export function check(text: string, options: FileOptions = {}): Promise<Finding[]> {
  return checkFile('/bench/templates.yaml', { ...options, text });
}

export function withCode(findings: readonly Finding[], code: FindingCode): Finding[] {
  return findings.filter((finding) => finding.code === code);
}

/** Five templates of one question-answering task and one that asks for the question. */
export const QUESTIONS: Written[] = [
  {
    name: 'plain',
    jinja: '{{passage}}\n\nQuestion: {{question}}\nAnswer: ||| {{answer}}',
    metrics: ['Squad'],
  },
  {
    name: 'polite',
    jinja: 'Please read this.\n{{passage}}\nNow tell me: {{question}} ||| {{answer}}',
    metrics: ['Squad'],
  },
  { name: 'exam', jinja: 'Exam. Text: {{passage}} Q: {{question}} A: ||| {{answer}}', metrics: ['Squad'] },
  {
    name: 'keeper',
    jinja: 'The harbour master wonders: {{question}}\nThe log says: {{passage}} ||| {{answer}}',
    metrics: ['Squad'],
  },
  { name: 'short', jinja: '{{passage}} {{question}} ||| {{answer}}', metrics: ['Squad'] },
  {
    name: 'generate_question',
    jinja:
      'Generate a question about this passage whose answer is "{{answer}}": {{passage}} ||| {{question}}',
    metrics: ['BLEU', 'ROUGE'],
    original: false,
  },
];
