import { gzipSync, zstdCompressSync } from 'node:zlib';
import { stringify } from 'yaml';
import { exam, examAnswer } from './arithmetic.ts';
import { BOTANY, PHYSICS, type Question } from './exams.ts';
import { instructionFile, instructionTasks } from './instructions.ts';
import * as lines from './lines.ts';
import { GARDEN_COT, gardenDeduction, ODD_COT, oddObject } from './puzzles.ts';
import { dice, rows } from './random.ts';
import * as records from './records.ts';
import { COUNCIL, HELPDESK, MOOD_NOTES, OUTLOOKS } from './reviews.ts';
import * as talk from './talk.ts';
import { DATASETS, templatesFile } from './templates.ts';
import { sampleTokenizer } from './tokenizer.ts';

const jsonl = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const tsv = (table: readonly (readonly string[])[]) => table.map((cells) => `${cells.join('\t')}\n`).join('');
const csvCell = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csv = (table: readonly (readonly string[])[], end = '\n') =>
  table.map((cells) => cells.map(csvCell).join(',') + end).join('');

/** Puts a damaged line before line `at` (from 1), so that its place in the file is `at`. */
function damaged(text: string, at: number, line: string | Buffer): Buffer {
  const all = text.split('\n');
  const head = all.slice(0, at - 1).map((part) => `${part}\n`);
  return Buffer.concat([
    Buffer.from(head.join('')),
    Buffer.isBuffer(line) ? line : Buffer.from(line),
    Buffer.from(`\n${all.slice(at - 1).join('\n')}`),
  ]);
}

const CANARY = 'A bench of invented text. Made for Heldout; holds no question of any published test.';

function instructionFiles(): [string, string][] {
  return instructionTasks().map((task) => [
    `natural-instructions/tasks/${task.stem}.json`,
    instructionFile(task),
  ]);
}

function promptsourceFiles(): [string, string][] {
  const templates = DATASETS.map((dataset): [string, string] => [
    `promptsource/templates/${[dataset.dataset, dataset.subset].filter(Boolean).join('/')}/templates.yaml`,
    templatesFile(dataset),
  ]);
  const notes = records.noteRecords();
  return [
    ...templates,
    ['hf/village_boolq/test.jsonl', jsonl(records.villageRecords())],
    ['hf/riverside_reviews/test.jsonl', jsonl(records.boatRecords())],
    ['hf/kitchen_qa/multiple_choice/train.jsonl', jsonl(records.kitchenRecords())],
    ['hf/doorstep_summaries/train.jsonl', jsonl(records.doorstepRecords())],
    ['hf/pair_notes/train.jsonl', jsonl(notes.slice(0, 24))],
    ['hf/pair_notes/validation.jsonl', jsonl(notes.slice(24))],
    ['hf/quarry_nli/validation.jsonl', jsonl(records.quarryRecords())],
  ];
}

function crossfitFiles(): [string, string][] {
  const mood = rows('mood', 48, MOOD_NOTES);
  const part = (name: string, split: string) => `crossfit/${name}/${name}_16_100_${split}.tsv`;
  return [
    [part('mood_of_notes', 'train'), tsv(mood.slice(0, 24))],
    [part('mood_of_notes', 'dev'), tsv(mood.slice(24, 36))],
    [part('mood_of_notes', 'test'), tsv(mood.slice(36))],
    [part('word_opposites', 'train'), tsv(lines.OPPOSITES.slice(0, 20).map(lines.opposite))],
  ];
}

function metaiclFiles(): [string, string][] {
  const outlooks = rows('outlooks', 30, OUTLOOKS).map(([input, output]) => ({
    task: 'weather_outlook',
    input,
    output,
    options: ['fine', 'changeable', 'rough'],
  }));
  const meanings = rows('same meaning', 36, lines.SAME_MEANING).map(([first, second, output]) => ({
    task: 'same_meaning',
    input: `sentence 1: ${first} [SEP] sentence 2: ${second}`,
    output,
    options: ['same', 'different'],
  }));
  return [
    ['metaicl/weather_outlook/weather_outlook_16_100_train.jsonl', jsonl(outlooks)],
    ['metaicl/same_meaning/same_meaning_16_100_train.jsonl', jsonl(meanings.slice(0, 24))],
    ['metaicl/same_meaning/same_meaning_16_100_test.jsonl', jsonl(meanings.slice(24))],
  ];
}

function otherTrainFiles(): [string, string | Buffer][] {
  const grammar = jsonl(
    rows('note grammar', 40, lines.NOTE_GRAMMAR).map(([inputs, targets]) => ({ inputs, targets })),
  );
  const structured = (seed: string, count: number, frames: readonly (readonly [string, string, string])[]) =>
    jsonl(
      rows(seed, count, frames).map(([text_in, struct_in, seq_out], id) => ({
        id,
        text_in,
        struct_in,
        seq_out,
      })),
    );
  const lost = tsv([['report', 'item'], ...talk.lostAndFound()]);
  return [
    ['flan/templates.py', lines.FLAN_TEMPLATES],
    ['flan-rendered/flan.jsonl', jsonl(lines.flanRendered())],
    [
      'flan-cot/tool_choice_train.tsv',
      damaged(
        tsv(rows('tool choice', 24, lines.TOOL_CHOICE)),
        9,
        'Which is heavier, a sack of coal or a sack of feathers of one size?\tthe coal',
      ),
    ],
    ['flan-cot/parcel_sums_train.tsv', tsv(lines.parcelSums())],
    [
      'exmix/note_grammar.jsonl',
      damaged(grammar, 17, '{"inputs": "the lid of them jars dont fit no more", "targets": "The lids of'),
    ],
    ['exmix/command_forms.tsv', tsv(rows('commands', 30, lines.COMMANDS))],
    ['unifiedskg/timetable_answers.jsonl', structured('timetables', 24, lines.TIMETABLES)],
    ['unifiedskg/menu_slots.jsonl', structured('menus', 15, lines.MENUS)],
    ['unifiedskg/attic_lists.jsonl', ''],
    [
      't0-rendered/harbour_notices_write_a_title.jsonl',
      jsonl(
        rows('notices', 24, lines.NOTICES).map(([notice, title]) => ({
          prompt: `${notice}\n\nWhat should stand above this notice on the board?\n`,
          completion: `${title}<|endoftext|>`,
        })),
      ),
    ],
    ['parlai/ferry_desk.yml', stringify(talk.ferryDesk(), { lineWidth: 90 })],
    ['parlai/allotment_chat.jsonl', jsonl(talk.allotmentChat())],
    ['pretraining/walks.jsonl', jsonl(talk.walks().map((text, id) => ({ id: `walk-${id}`, text })))],
    ['pretraining/repair_notes.jsonl.gz', gzipSync(jsonl(talk.repairNotes().map((text) => ({ text }))))],
    [
      'pretraining/almanac.jsonl.zst',
      zstdCompressSync(Buffer.from(jsonl(talk.almanac().map((text) => ({ text }))))),
    ],
    [
      'reports/lost_and_found.tsv',
      damaged(
        lost,
        12,
        Buffer.concat([
          Buffer.from('A caf'),
          Buffer.from([0xe9]),
          Buffer.from(' au lait spoon, found under a table on Rope Yard.\tspoon'),
        ]),
      ),
    ],
    [
      'helpdesk/helpdesk.csv',
      `\ufeff${csv([['request', 'desk'], ...rows('helpdesk', 28, HELPDESK)], '\r\n')}`,
    ],
  ];
}

const subject = (questions: readonly Question[]) => csv(questions);

function evaluationFiles(): [string, string][] {
  const bbh = (examples: { input: string; target: string }[]) =>
    `${JSON.stringify({ canary: CANARY, examples }, null, 1)}\n`;
  const council = rows('council', 34, COUNCIL);
  const labels = ['bookings', 'praise', 'repairs'];
  const raft = {
    name: 'parish_council',
    description: 'Sort messages that reach a parish council.',
    data_columns: ['Message', 'ID'],
    label_columns: { Label: labels },
  };
  const numbered = council.map(([message, label], id) => ({ message, label, id: String(id) }));
  const quiz = dice('quiz').shuffled([...lines.OPPOSITES.slice(0, 10), ...lines.OPPOSITES.slice(20)]);
  return [
    ['mmlu/test/garden_botany_test.csv', subject(BOTANY)],
    ['mmlu/test/everyday_physics_test.csv', subject(PHYSICS)],
    ['bbh/garden_deduction.json', bbh(gardenDeduction())],
    ['bbh/odd_object_out.json', bbh(oddObject())],
    ['bbh/cot-prompts/garden_deduction.txt', `${CANARY}\n-----\n${GARDEN_COT}`],
    ['bbh/cot-prompts/odd_object_out.txt', `${CANARY}\n-----\n${ODD_COT}`],
    ['raft/parish_council/task.json', `${JSON.stringify(raft)}\n`],
    [
      'raft/parish_council/train.csv',
      csv([
        ['Message', 'Label', 'ID'],
        ...numbered.slice(0, 24).map((row) => [row.message, row.label, row.id]),
      ]),
    ],
    [
      'raft/parish_council/test_unlabeled.csv',
      csv([['Message', 'ID'], ...numbered.slice(24).map((row) => [row.message, row.id])]),
    ],
    [
      'gsm8k/test.jsonl',
      jsonl(exam().map((problem) => ({ question: problem.question, answer: examAnswer(problem) }))),
    ],
    [
      'quiz/opposites_round.jsonl',
      jsonl(quiz.map((pair) => ({ question: lines.opposite(pair)[0], answer: lines.opposite(pair)[1] }))),
    ],
  ];
}

/** Every generated file of samples/data by its path there; the Parquet files are made from `parquetRows`. */
export function sampleFiles(): Map<string, Buffer> {
  const all = [
    ...instructionFiles(),
    ...promptsourceFiles(),
    ...crossfitFiles(),
    ...metaiclFiles(),
    ...otherTrainFiles(),
    ...evaluationFiles(),
  ];
  const texts = all.flatMap(([, content]) => (typeof content === 'string' ? [content] : []));
  all.push(['tokenizer.json', `${JSON.stringify(sampleTokenizer(texts, 700))}\n`]);
  return new Map(
    all.map(([path, content]) => [path, Buffer.isBuffer(content) ? content : Buffer.from(content)]),
  );
}

/** The rows of the Parquet files. */
export function parquetRows(): Map<string, { [field: string]: unknown }[]> {
  return new Map<string, { [field: string]: unknown }[]>([
    ['hf/market_news/topics/train-00000-of-00001.parquet', records.newsRecords()],
    ['herbarium/herbarium.parquet', talk.herbarium().map(([sheet, answer]) => ({ sheet, answer }))],
  ]);
}
