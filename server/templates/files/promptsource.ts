import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { messageOf } from '../../base/problem.ts';
import type { Template } from '../../collections/types.ts';
import type { Finding, FindingCode, Range } from '../types.ts';
import { valueOffsets } from './scalar.ts';
import {
  FILE_START,
  LineTable,
  type PlacedTask,
  type PlacedTemplate,
  type PlacedText,
  type TemplateFile,
} from './template-file.ts';

const TAGS = new Set(['!Template', '!TemplateMetadata']);
/** Aliases that one file may hold; more is an attack or a mistake. */
const MAX_ALIASES = 1000;

/** Reads one `templates.yaml` with the place of everything. Each fault is one finding; the rest is kept. */
export function readPromptSource(file: string, source: string): TemplateFile {
  const reading = new Reading(file, source);
  try {
    return { file, tasks: reading.tasks(), faults: reading.faults };
  } catch (error) {
    reading.fault('yaml-error', `the file can't be read as YAML: ${messageOf(error)}`, FILE_START);
    return { file, tasks: [], faults: reading.faults };
  }
}

class Reading {
  readonly faults: Finding[] = [];
  readonly #file: string;
  readonly #source: string;
  readonly #lines: LineTable;
  readonly #document: Document.Parsed;
  #aliases = 0;

  constructor(file: string, source: string) {
    this.#file = file;
    this.#source = source;
    this.#lines = new LineTable(source);
    // Duplicate keys are found by hand below, each at its own line. YAML 1.1 is what PyYAML reads.
    this.#document = parseDocument(source, {
      version: '1.1',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
  }

  fault(
    code: FindingCode,
    message: string,
    at: Range,
    severity: Finding['severity'] = 'error',
    template?: string,
  ): void {
    this.faults.push({ file: this.#file, ...at, template, code, severity, score: 1, message });
  }

  tasks(): PlacedTask[] {
    for (const error of this.#document.errors) {
      this.fault(
        'yaml-error',
        `not valid YAML: ${error.message.split('\n')[0]}`,
        this.#lines.range(...error.pos),
      );
    }
    const root = this.#document.contents as Node | null;
    if (!isMap(root)) {
      this.fault('yaml-error', 'the file is not a mapping with "dataset" and "templates"', FILE_START);
      return [];
    }
    this.#inspect(root);
    const task = [this.#text(root, 'dataset'), this.#text(root, 'subset')].filter(Boolean).join('/');
    if (!this.#text(root, 'dataset'))
      this.fault('template-incomplete', '"dataset" is missing', this.#rangeOf(root));
    const entries = this.#resolve(pairOf(root, 'templates')?.value);
    if (!isMap(entries)) {
      this.fault('template-incomplete', '"templates" is missing or no mapping', this.#rangeOf(root));
      return [];
    }
    const templates = entries.items.flatMap((item) => this.#template(item as Pair<unknown, unknown>) ?? []);
    return [
      {
        task: task || this.#file,
        file: this.#file,
        at: this.#rangeOf(pairOf(root, 'dataset')?.key),
        templates,
      },
    ];
  }

  /** Finds unknown tags and keys that stand twice, anywhere in the file. */
  #inspect(node: unknown, at: Range = FILE_START): void {
    if (isScalar(node) || isMap(node) || (typeof node === 'object' && node !== null && 'items' in node)) {
      const tag = (node as { tag?: string }).tag;
      if (tag?.startsWith('!') && !tag.startsWith('!!') && !TAGS.has(tag)) {
        const message = `the tag ${tag} is not known here: use !Template or !TemplateMetadata`;
        this.fault('yaml-unknown-tag', message, at, 'warning');
      }
    }
    if (isMap(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name !== undefined && seen.has(name)) {
          this.fault(
            'yaml-duplicate-key',
            `the key "${name}" stands twice; the last one counts`,
            this.#rangeOf(key),
          );
        }
        if (name !== undefined) seen.add(name);
        this.#inspect(value, this.#rangeOf(key));
      }
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      for (const item of node.items) this.#inspect(item, at);
    }
  }

  #template(item: Pair<unknown, unknown>): PlacedTemplate | undefined {
    const map = this.#resolve(item.value);
    const at = this.#rangeOf(item.key);
    const id = isScalar(item.key) ? String(item.key.value) : '';
    if (this.#broken(item)) return undefined;
    if (!isMap(map)) {
      this.fault('template-incomplete', `the template ${id} is no mapping of name and jinja`, at);
      return undefined;
    }
    const name = this.#text(map, 'name');
    const jinja = this.#scalar(map, 'jinja');
    if (typeof jinja?.value !== 'string' || name === undefined) {
      const missing = name === undefined ? '"name" is missing' : '"jinja" is missing or no text';
      this.fault(
        'template-incomplete',
        `the template ${name ?? id} can't be read: ${missing}`,
        at,
        'error',
        name,
      );
      return undefined;
    }
    const metadata = this.#resolve(pairOf(map, 'metadata')?.value);
    const end = (item.value as Node | null)?.range?.[1] ?? 0;
    const entry = this.#lines.range((item.key as Node | null)?.range?.[0] ?? 0, end);
    return {
      ...this.#placed(map, isMap(metadata) ? metadata : undefined, jinja as Scalar<string>, name, id),
      entry,
    };
  }

  #placed(
    map: YAMLMap,
    metadata: YAMLMap | undefined,
    jinja: Scalar<string>,
    name: string,
    id: string,
  ): Omit<PlacedTemplate, 'entry'> {
    const nameKey = pairOf(map, 'name')?.value;
    const at = this.#rangeOf(nameKey ?? jinja);
    const template: Template = {
      name,
      id: this.#text(map, 'id') ?? id,
      language: 'jinja',
      text: jinja.value,
      answerChoices: this.#text(map, 'answer_choices') || undefined,
      strip: true,
      originalTask: this.#flag(metadata, 'original_task', name),
      choicesInPrompt: this.#flag(metadata, 'choices_in_prompt', name),
      metrics: this.#list(metadata, 'metrics'),
      languages: this.#list(metadata, 'languages'),
      file: this.#file,
      line: at.line,
    };
    const [from = 0, to = 0] = jinja.range ?? [];
    const text = this.#placedText('jinja', jinja);
    const choices = this.#scalar(map, 'answer_choices');
    return {
      template,
      at,
      texts: isText(choices) ? [text, this.#placedText('answer_choices', choices)] : [text],
      textAt: (start = 0, end = jinja.value.length) => {
        const offsets = text.offsets();
        const last = offsets[end - 1];
        return this.#lines.range(offsets[start] ?? from, last === undefined || end <= start ? to : last + 1);
      },
      valueAt: (key) => {
        const node = pairOf(map, key)?.value ?? (metadata && pairOf(metadata, key)?.value);
        return node ? this.#rangeOf(node) : undefined;
      },
      textEnd: jinja.type?.startsWith('QUOTE') ? this.#lines.range(to - 1, to - 1) : undefined,
    };
  }

  #placedText(key: PlacedText['key'], scalar: Scalar<string>): PlacedText {
    const [from = 0, to = 0] = scalar.range ?? [];
    let offsets: number[] | undefined;
    return {
      key,
      text: scalar.value,
      offsets: () => {
        offsets ??= valueOffsets(this.#source, from, to, scalar.value, scalar.type ?? 'PLAIN');
        return offsets;
      },
    };
  }

  /** Whether YAML itself found a fault inside this entry, which may then read as anything. */
  #broken(item: Pair<unknown, unknown>): boolean {
    const from = (item.key as Node | null)?.range?.[0] ?? 0;
    const to = (item.value as Node | null)?.range?.[2] ?? from;
    return this.#document.errors.some((error) => error.pos[0] >= from && error.pos[0] < to);
  }

  #resolve(node: unknown): unknown {
    if (!isAlias(node)) return node;
    if (++this.#aliases > MAX_ALIASES) throw new Error(`more than ${MAX_ALIASES} aliases`);
    const target = node.resolve(this.#document);
    if (!target) this.fault('yaml-error', `the anchor of *${node.source} is missing`, this.#rangeOf(node));
    return target;
  }

  #scalar(map: YAMLMap | undefined, key: string): Scalar | undefined {
    const node = map && this.#resolve(pairOf(map, key)?.value);
    return isScalar(node) ? node : undefined;
  }

  /** A value as the file writes it: `2016` and `yes` alike are names. */
  #text(map: YAMLMap | undefined, key: string): string | undefined {
    const node = this.#scalar(map, key);
    if (!node || node.value === null) return undefined;
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  #flag(map: YAMLMap | undefined, key: string, template: string): boolean | undefined {
    const node = this.#scalar(map, key);
    if (!node || node.value === null) return undefined;
    if (typeof node.value === 'boolean') return node.value;
    this.fault(
      'template-incomplete',
      `${key} must be true or false`,
      this.#rangeOf(node),
      'warning',
      template,
    );
    return undefined;
  }

  #list(map: YAMLMap | undefined, key: string): string[] | undefined {
    const node = map && this.#resolve(pairOf(map, key)?.value);
    if (isScalar(node)) return node.value === null ? undefined : [String(node.value)];
    if (typeof node !== 'object' || node === null || !('items' in node) || !Array.isArray(node.items))
      return undefined;
    return node.items.filter(isScalar).map((item) => String(item.value));
  }

  #rangeOf(node: unknown): Range {
    const range = (node as Node | null | undefined)?.range;
    return range ? this.#lines.range(range[0], isMap(node) ? range[0] : range[1]) : FILE_START;
  }
}

function isText(scalar: Scalar | undefined): scalar is Scalar<string> {
  return typeof scalar?.value === 'string';
}

/** The pair of a key; the last one where it stands twice. */
function pairOf(map: YAMLMap, key: string): Pair<unknown, unknown> | undefined {
  return map.items.findLast((item) => isScalar(item.key) && item.key.value === key);
}
