/** Records made to fit a template: what it does with each variable tells what the variable may be. */
import type { Expression, Statement, Target } from '../../../server/prompts/jinja/ast.ts';
import { parse } from '../../../server/prompts/jinja/parse.ts';
import { sourceOf } from '../../../server/prompts/jinja/source.ts';
import { children } from '../../../server/prompts/jinja/symbols.ts';
import { dictMethod } from '../../../server/prompts/python/dict-methods.ts';
import { listMethod } from '../../../server/prompts/python/list-methods.ts';
import { strMethod } from '../../../server/prompts/python/str-methods.ts';
import type { Random } from './random.ts';

/** What a value is used as. */
export interface Shape {
  keys: Map<string, Shape>;
  element: Shape | undefined;
  isInt: boolean;
  isText: boolean;
  /** Constants it is compared with. */
  constants: Set<string | number | boolean>;
}

function shape(): Shape {
  return { keys: new Map(), element: undefined, isInt: false, isText: false, constants: new Set() };
}

/** The shape of each of a template's variables. */
export function shapesOf(text: string): Map<string, Shape> {
  const finder = new Finder();
  finder.statements(parse(sourceOf(text)));
  return finder.record;
}

class Finder {
  readonly record = new Map<string, Shape>();
  private readonly local = new Map<string, Shape>();

  private of(node: Expression): Shape | undefined {
    switch (node.type) {
      case 'name': {
        const known = this.local.get(node.name) ?? this.record.get(node.name);
        if (known) return known;
        const fresh = shape();
        this.record.set(node.name, fresh);
        return fresh;
      }
      case 'attribute': {
        if (strMethod(node.name) || listMethod(node.name) || dictMethod(node.name)) return undefined;
        return this.key(this.of(node.node), node.name);
      }
      case 'item': {
        const owner = this.of(node.node);
        if (node.key.type === 'const' && typeof node.key.value === 'string')
          return this.key(owner, node.key.value);
        if (owner && node.key.type !== 'slice') owner.element ??= shape();
        return owner?.element;
      }
      case 'filter':
        return node.node && this.of(node.node);
      default:
        return undefined;
    }
  }

  private key(owner: Shape | undefined, name: string): Shape | undefined {
    if (!owner) return undefined;
    let found = owner.keys.get(name);
    if (!found) owner.keys.set(name, (found = shape()));
    return found;
  }

  private expression(node: Expression): void {
    const own = this.of(node);
    if (node.type === 'item') {
      const index = node.key.type === 'slice' ? undefined : this.of(node.key);
      if (index && !(node.key.type === 'const')) index.isInt = true;
    }
    if (node.type === 'attribute' && strMethod(node.name) && node.name !== 'index' && node.name !== 'count') {
      const owner = this.of(node.node);
      if (owner) owner.isText = true;
    }
    if (node.type === 'compare') {
      for (const { right } of node.operations) {
        const left = this.of(node.left);
        if (left && right.type === 'const' && right.value !== null && typeof right.value !== 'object') {
          left.constants.add(right.value as string | number | boolean);
        }
      }
    }
    if (node.type === 'binary' && node.operator !== '+' && node.operator !== '%') {
      for (const side of [node.left, node.right]) {
        const number = this.of(side);
        if (number) number.isInt = true;
      }
    }
    if (node.type === 'filter' && (node.name === 'join' || node.name === 'choice' || node.name === 'map')) {
      if (own) own.element ??= shape();
    }
    for (const child of children(node)) this.expression(child);
  }

  private bind(target: Target | Expression, value: Shape | undefined): void {
    if (target.type === 'name') this.local.set(target.name, value ?? shape());
    else if (target.type === 'tuple') {
      const element = value && this.elementOf(value);
      for (const item of target.items) this.bind(item, element);
    }
  }

  private elementOf(list: Shape): Shape {
    list.element ??= shape();
    return list.element;
  }

  statements(body: readonly Statement[]): void {
    for (const node of body) {
      switch (node.type) {
        case 'output':
          node.items.forEach((item) => void this.expression(item));
          break;
        case 'if':
          for (const branch of [node, ...node.elifs]) {
            this.expression(branch.test);
            this.statements(branch.body);
          }
          this.statements(node.otherwise);
          break;
        case 'for': {
          this.expression(node.iterable);
          const list = this.of(node.iterable);
          if (list) list.element ??= shape();
          this.bind(node.target, list?.element);
          if (node.test) this.expression(node.test);
          this.statements(node.body);
          this.statements(node.otherwise);
          break;
        }
        case 'set':
          this.expression(node.value);
          this.bind(node.target, this.of(node.value));
          break;
        case 'setblock':
        case 'filterblock':
        case 'macro':
        case 'with':
          this.statements(node.body);
          break;
        default:
          break;
      }
    }
  }
}

export const FLAVOURS = [
  'plain',
  'unicode',
  'quotes',
  'html',
  'long',
  'floats',
  'empty',
  'null',
  'pipes',
  'mixed',
] as const;
export type Flavour = (typeof FLAVOURS)[number];

const WORDS =
  'the river cold under old bridge a man from Lyon said nothing yes no very small 12 lamps were lit'.split(
    ' ',
  );
const TEXTS: { [flavour in Flavour]?: readonly string[] } = {
  unicode: [
    'Žluťoučký kůň úpěl',
    '日本語の文',
    '😀 smile 👩‍👩‍👧',
    'ΣΊΣΥΦΟΣ',
    'ß ﬁ ǆ',
    'a\u00a0b\u2028c',
    '\u0628\u0627\u0628',
  ],
  quotes: ['it\'s "so"', "'", '"', '\\ back\\nslash', 'tab\there', 'O\'Neil said "no"\n'],
  html: ['<b>bold & new</b>', '&amp;&lt;', '{{ x }} {% y %}', '<a href="x">y</a>', '}} {#'],
  empty: ['', ' ', '\n'],
  pipes: ['a ||| b', '|||', 'x||', '|y'],
};

/** A record by JSON text; `1.0` is written so, for a float that is whole must stay one. */
export function recordText(shapes: ReadonlyMap<string, Shape>, flavour: Flavour, random: Random): string {
  const parts = [...shapes].map(
    ([name, use]) => `${JSON.stringify(name)}: ${valueText(use, flavour, random, 0)}`,
  );
  return `{${parts.join(', ')}}`;
}

function words(random: Random, most: number): string {
  const count = 1 + random.below(most);
  const text = Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
  return text + random.pick(['', '.', '?', '\n', ' ']);
}

function leaf(use: Shape, flavour: Flavour, random: Random): string {
  if (flavour === 'null' && random.chance(0.4)) return 'null';
  const known = [...use.constants];
  if (known.length > 0 && random.chance(0.7)) {
    const constant = random.pick(known);
    return flavour === 'floats' && typeof constant === 'number' ? `${constant}.0` : JSON.stringify(constant);
  }
  if (use.isInt && !use.isText) {
    return flavour === 'floats'
      ? random.pick(['0.0', '1.0', '2.5', '1e3'])
      : String(random.below(flavour === 'mixed' ? 5 : 2));
  }
  if (flavour === 'mixed' && random.chance(0.3))
    return random.pick(['true', 'false', '3', '-1', '0.5', '[]', '{}', '"7"']);
  if (flavour === 'floats' && !use.isText)
    return random.pick(['1.0', '3.0', '0.1', '1e22', '-0.0', '2', '100000000000000000000']);
  if (flavour === 'long') return JSON.stringify(words(random, 400));
  const texts = TEXTS[flavour];
  return JSON.stringify(texts && random.chance(0.8) ? random.pick(texts) : words(random, 6));
}

function valueText(use: Shape, flavour: Flavour, random: Random, depth: number): string {
  if (flavour === 'null' && random.chance(0.15)) return 'null';
  if (use.keys.size > 0 && !(use.element && random.chance(0.5))) {
    const parts = [...use.keys].map(
      ([key, inner]) => `${JSON.stringify(key)}: ${valueText(inner, flavour, random, depth + 1)}`,
    );
    return `{${parts.join(', ')}}`;
  }
  if (use.element && depth < 5) {
    const size =
      flavour === 'empty' && random.chance(0.6) ? 0 : 1 + random.below(flavour === 'long' ? 12 : 4);
    const element = use.keys.size > 0 ? { ...use, element: undefined } : use.element;
    return `[${Array.from({ length: size }, () => valueText(element, flavour, random, depth + 1)).join(', ')}]`;
  }
  return leaf(use, flavour, random);
}
