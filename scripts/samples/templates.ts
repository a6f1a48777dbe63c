import { createHash } from 'node:crypto';

export interface SampleTemplate {
  name: string;
  jinja: string;
  choices?: string;
  /** `original_task` as the file declares it, which is a lie for two templates. */
  declared: boolean;
  choicesInPrompt?: boolean;
  metrics?: string[];
}

export interface Dataset {
  dataset: string;
  subset?: string;
  /** `dumped`: quoted as PyYAML writes it; `blocks`: literal blocks, as people write it. */
  style: 'dumped' | 'blocks';
  templates: SampleTemplate[];
}

const TOPICS = 'Trade ||| Sport ||| Weather ||| Culture';

export const DATASETS: readonly Dataset[] = [
  {
    dataset: 'village_boolq',
    style: 'dumped',
    templates: [
      {
        name: 'based_on_the_passage',
        declared: true,
        choicesInPrompt: true,
        choices: 'No ||| Yes',
        jinja:
          '{{ passage }}\n\nGoing by this passage, {{ question }}? Yes or No?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'exam',
        declared: true,
        choices: 'No ||| Yes',
        jinja:
          'EXAM\n1. Study the text below.\n{{ passage }}\n2. Say whether this is so: {{ question }}?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'a_friend_asks',
        declared: true,
        choicesInPrompt: true,
        choices: 'False ||| True',
        jinja:
          'A friend asks: {{ question }}? All I have is this text: {{ passage }} Should I say True or False?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'write_the_question',
        declared: false,
        choices: 'No ||| Yes',
        metrics: ['ROUGE'],
        jinja:
          '{{ passage }}\n\nThink of a question about this text whose answer is "{{ answer_choices[label] }}" and write it down.\n|||\n{{ question }}?',
      },
    ],
  },
  {
    dataset: 'riverside_reviews',
    style: 'blocks',
    templates: [
      {
        name: 'did_they_like_it',
        declared: true,
        choices: 'No ||| Yes',
        jinja: '{{ text }}\nDid the writer like the trip?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'mood_of_the_review',
        declared: true,
        choicesInPrompt: true,
        choices: 'negative ||| positive',
        jinja: 'Is the following review positive or negative?\n{{ text }}\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'count_the_words',
        declared: false,
        metrics: ['Accuracy'],
        jinja: '{{ text }}\nHow many words has this review?\n|||\n{{ text.split() | length }}',
      },
    ],
  },
  {
    dataset: 'kitchen_qa',
    subset: 'multiple_choice',
    style: 'blocks',
    templates: [
      {
        name: 'pick_one',
        declared: true,
        choicesInPrompt: true,
        choices: '{{ choices | join("|||") }}',
        jinja:
          '{{ question }}\n{% for choice in answer_choices %}\n- {{ choice }}\n{% endfor %}\n|||\n{{ answer }}',
      },
      {
        name: 'without_options',
        declared: true,
        choices: '{{ choices | join("|||") }}',
        jinja: 'In a kitchen one may wonder: {{ question }}\n|||\n{{ answer }}',
      },
      {
        name: 'question_from_answer',
        declared: true,
        metrics: ['ROUGE'],
        jinja: 'The cook replied: "{{ answer }}". What had the apprentice asked?\n|||\n{{ question }}',
      },
      {
        name: 'options_turned_round',
        declared: false,
        choicesInPrompt: true,
        choices: '{{ choices | join("|||") }}',
        jinja:
          '{{ question }}\nOne of these is right: {{ answer_choices | join(", ") }}. Name one that is wrong.\n|||\n{{ choices | reject("equalto", answer) | list | first }}',
      },
      {
        name: 'explain_instead',
        declared: false,
        metrics: ['ROUGE'],
        jinja: '{{ question }}\nThe answer is {{ answer }}. Explain why.\n|||\n{{ explanation }}',
      },
      {
        name: 'unclosed_if',
        declared: true,
        choices: '{{ choices | join("|||") }}',
        jinja: '{% if explanation %}\n{{ explanation }}\n{{ question }}\n|||\n{{ answer }}',
      },
    ],
  },
  {
    dataset: 'market_news',
    subset: 'topics',
    style: 'blocks',
    templates: [
      {
        name: 'which_topic',
        declared: true,
        choicesInPrompt: true,
        choices: TOPICS,
        jinja:
          '{{ headline }}\n{{ body }}\nIs this about {{ answer_choices | join(", ") }}?\n|||\n{{ answer_choices[topic] }}',
      },
      {
        name: 'file_it',
        declared: true,
        choices: TOPICS,
        jinja:
          'You keep the archive of a newspaper. Under which heading do you file "{{ headline }}"? {{ body }}\n|||\n{{ answer_choices[topic] }}',
      },
      {
        name: 'name_the_section',
        declared: true,
        choicesInPrompt: true,
        choices: TOPICS,
        jinja: '{{ body }}\nName the section that this belongs to.\n|||\n{{ answer_choices[topic] }}',
      },
      {
        name: 'write_the_article',
        declared: false,
        choices: TOPICS,
        metrics: ['ROUGE'],
        jinja:
          'Write a short article for the page "{{ answer_choices[topic] }}" under the headline "{{ headline }}".\n|||\n{{ body }}',
      },
      {
        name: 'first_letter',
        declared: false,
        choices: TOPICS,
        metrics: ['Accuracy'],
        jinja:
          '{{ headline }}\n{{ body }}\nWith which letter does the name of the fitting section begin?\n|||\n{{ answer_choices[topic][0] }}',
      },
      {
        name: 'which_topic_again',
        declared: true,
        choicesInPrompt: true,
        choices: TOPICS,
        jinja:
          '{{ headline }}\n{{ body }}\nIs this about {{ answer_choices | join(", ") }}?\n|||\n{{ answer_choices[topic] }}',
      },
    ],
  },
  {
    dataset: 'doorstep_summaries',
    style: 'blocks',
    templates: [
      {
        name: 'in_short',
        declared: true,
        metrics: ['ROUGE'],
        jinja: '{{ document }}\n\nIn short:\n|||\n{{ summary }}',
      },
      {
        name: 'tell_a_neighbour',
        declared: true,
        metrics: ['ROUGE'],
        jinja:
          'How would you pass this news on to a neighbour in one sentence?\n\n{{ document }}\n|||\n{{ summary }}',
      },
      {
        name: 'expand',
        declared: false,
        metrics: ['ROUGE'],
        jinja: 'Someone told me this: {{ summary }} Give me the whole story.\n|||\n{{ document }}',
      },
      {
        name: 'first_word',
        declared: true,
        metrics: ['Accuracy'],
        jinja:
          '{{ document }}\n\nSum this up, but say only the first word of your summary.\n|||\n{{ summary.split()[0] }}',
      },
      {
        name: 'unknown_field',
        declared: true,
        metrics: ['ROUGE'],
        jinja: 'Sum up this article.\n\n{{ article }}\n|||\n{{ summary }}',
      },
    ],
  },
  {
    dataset: 'pair_notes',
    style: 'blocks',
    templates: [
      {
        name: 'same_message',
        declared: true,
        choices: 'no ||| yes',
        jinja:
          'First note: {{ first }}\nSecond note: {{ second }}\nDo both notes carry one message?\n|||\n{{ answer_choices[same] }}',
      },
      {
        name: 'could_swap',
        declared: true,
        choicesInPrompt: true,
        choices: 'no ||| yes',
        jinja:
          'Could I pin up "{{ second }}" in place of "{{ first }}"? Answer yes or no.\n|||\n{{ answer_choices[same] }}',
      },
      {
        name: 'write_the_other',
        declared: false,
        metrics: ['BLEU'],
        jinja:
          '{% if same == 1 %}\nPut this note in other words: {{ first }}\n|||\n{{ second }}\n{% endif %}',
      },
      {
        name: 'no_separator',
        declared: true,
        choices: 'no ||| yes',
        jinja: '{{ first }} / {{ second }}: one message? {{ answer_choices[same] }}',
      },
      {
        name: 'with_a_hint',
        declared: true,
        choices: 'no ||| yes',
        jinja:
          '{{ first }}\n{{ second }}\nSame message? (Hint: the answer is {{ answer_choices[same] }}.)\n|||\n{{ answer_choices[same] }}',
      },
    ],
  },
  {
    dataset: 'quarry_nli',
    style: 'dumped',
    templates: [
      {
        name: 'must_it_be_true',
        declared: true,
        choicesInPrompt: true,
        choices: 'Yes ||| Maybe ||| No',
        jinja:
          'Suppose {{ premise }} Must it be true that "{{ hypothesis }}"? Yes, Maybe or No?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'what_follows',
        declared: true,
        choices: 'entailment ||| neutral ||| contradiction',
        jinja:
          '{{ premise }}\nClaim: {{ hypothesis }}\nHow does the claim stand to the text above it?\n|||\n{{ answer_choices[label] }}',
      },
      {
        name: 'write_what_follows',
        declared: false,
        metrics: ['ROUGE'],
        jinja:
          '{% if label == 0 %}\n{{ premise }}\nWrite a sentence that follows from this.\n|||\n{{ hypothesis }}\n{% endif %}',
      },
    ],
  },
];

function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const quoted = (text: string) =>
  `'${text.replaceAll("'", "''").replace(/\n+/g, (breaks) => `${breaks}\n      `)}'`;
const block = (text: string) => `|-\n${text.replace(/^/gm, '      ')}`;

/** A templates.yaml as PromptSource writes it. */
export function templatesFile({ dataset, subset, style, templates }: Dataset): string {
  const lines = [`dataset: ${dataset}`];
  if (subset) lines.push(`subset: ${subset}`);
  lines.push('templates:');
  for (const [number, template] of templates.entries()) {
    const id = uuid(`${dataset}/${template.name}`);
    const metrics = template.metrics ?? ['Accuracy'];
    lines.push(
      `  ${id}: !Template`,
      `    answer_choices: ${template.choices ? quoted(template.choices) : 'null'}`,
      `    id: ${id}`,
      `    jinja: ${style === 'dumped' ? quoted(template.jinja) : block(template.jinja)}`,
      '    metadata: !TemplateMetadata',
      `      choices_in_prompt: ${template.choicesInPrompt ?? false}`,
      ...(number === 0 ? ['      languages: &id001', '      - en'] : ['      languages: *id001']),
      '      metrics:',
      ...metrics.map((metric) => `      - ${metric}`),
      `      original_task: ${template.declared}`,
      `    name: ${template.name}`,
      "    reference: ''",
    );
  }
  return `${lines.join('\n')}\n`;
}
