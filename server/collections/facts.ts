import type { Instructions, TaskFacts, Template } from './types.ts';

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const RESERVED = new Set(
  'and or not in is if else elif for set block filter macro call import include extends from true false none True False None'.split(
    ' ',
  ),
);

/** Names asked for before: they are asked for with every record. */
const variables = new Map<string, string>();

/** A column's name as a Jinja variable: letters, digits and `_`. */
export function variableName(column: string): string {
  let name = variables.get(column);
  if (name !== undefined) return name;
  if (IDENTIFIER.test(column) && !RESERVED.has(column)) name = column;
  else {
    name = column.replace(/\W+/g, '_').replace(/^(?=\d)|^$/, '_');
    if (RESERVED.has(name)) name = `${name}_`;
  }
  if (variables.size > 10_000) variables.clear();
  variables.set(column, name);
  return name;
}

/** Text that Jinja prints as it stands. */
export function literal(text: string): string {
  return /\{[{%#]|[{]$|\|\|\|/.test(text) ? `{{ ${JSON.stringify(text)} }}` : text;
}

/** A reader's own way to print a record: source and target around `|||`, nothing stripped. */
export function ownTemplate(text: string, name = 'default'): Template {
  return { name, language: 'jinja', text, strip: false };
}

/** What the template is called that asks for a chain of thought. */
export const CHAIN = 'chain-of-thought';

export function chainTemplate(text: string): Template {
  return { ...ownTemplate(text, CHAIN), chain: true };
}

/** What a reader knows of a task whose collection says nothing of it but its records. */
export function plainFacts(
  name: string,
  instructions: Instructions,
  text: string,
  inputs: string[],
  targets: string[],
): TaskFacts {
  return {
    name,
    instructions,
    categories: [],
    sources: [],
    inputs,
    targets,
    templates: [ownTemplate(text)],
  };
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined): string[] | undefined {
  return a || b ? [...new Set([...(a ?? []), ...(b ?? [])])] : undefined;
}

/** One task as two files tell it: lists are joined, else the first that knows a thing says it. */
export function mergeFacts(a: TaskFacts, b: TaskFacts): TaskFacts {
  const key = (template: Template) => template.id ?? `${template.file ?? ''}\n${template.name}`;
  const known = new Set(a.templates.map(key));
  return {
    name: a.name,
    instructions: a.instructions === 'instance' && b.definition ? b.instructions : a.instructions,
    definition: a.definition ?? b.definition,
    categories: union(a.categories, b.categories) ?? [],
    sources: union(a.sources, b.sources) ?? [],
    languages: union(a.languages, b.languages),
    domains: union(a.domains, b.domains),
    licence: a.licence ?? b.licence,
    url: a.url ?? b.url,
    demonstrations: a.demonstrations ?? b.demonstrations,
    chain: a.chain ?? b.chain,
    inputs: union(a.inputs, b.inputs) ?? [],
    targets: union(a.targets, b.targets) ?? [],
    templates: [...a.templates, ...b.templates.filter((template) => !known.has(key(template)))],
  };
}
