/** The syntax tree of a template. `at` is an offset into the template's text as lexed. */
import type { Value } from '../python/values.ts';

interface At {
  at: number;
}

export interface Keyword extends At {
  name: string;
  value: Expression;
}

export interface CallArguments {
  args: Expression[];
  kwargs: Keyword[];
  /** `*args` and `**kwargs`. */
  rest: Expression | undefined;
  restNamed: Expression | undefined;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Const = At & { type: 'const'; value: Value };
export type Name = At & { type: 'name'; name: string };
export type Tuple = At & { type: 'tuple'; items: Expression[] };
export type NamespaceRef = At & { type: 'nsref'; name: string; attribute: string };
export type Call = At & { type: 'call'; callee: Expression } & CallArguments;
/** `node` is undefined in a filter block, where the body's text is what is filtered. */
export type Filter = At & { type: 'filter'; node: Expression | undefined; name: string } & CallArguments;
export type Test = At & { type: 'test'; node: Expression; name: string } & CallArguments;
export type Slice = At & {
  type: 'slice';
  start: Expression | undefined;
  stop: Expression | undefined;
  step: Expression | undefined;
};

export type Expression =
  | Const
  | Name
  | Tuple
  | NamespaceRef
  | Call
  | Filter
  | Test
  | Slice
  | (At & { type: 'list'; items: Expression[] })
  | (At & { type: 'dict'; pairs: [Expression, Expression][] })
  | (At & { type: 'conditional'; test: Expression; yes: Expression; otherwise: Expression | undefined })
  | (At & { type: 'and' | 'or'; left: Expression; right: Expression })
  | (At & { type: 'not' | 'negative' | 'positive'; node: Expression })
  | (At & { type: 'binary'; operator: BinaryOperator; left: Expression; right: Expression })
  | (At & { type: 'concat'; items: Expression[] })
  | (At & {
      type: 'compare';
      left: Expression;
      operations: { operator: CompareOperator; right: Expression }[];
    })
  | (At & { type: 'attribute'; node: Expression; name: string })
  | (At & { type: 'item'; node: Expression; key: Expression });

export type Target = Name | Tuple | NamespaceRef;

export interface SignatureParts {
  parameters: Name[];
  /** Defaults of the last parameters. */
  defaults: Expression[];
}

export type Output = At & { type: 'output'; items: Expression[] };
export type Data = At & { type: 'data'; text: string };
export type For = At & {
  type: 'for';
  target: Target;
  iterable: Expression;
  test: Expression | undefined;
  recursive: boolean;
  body: Statement[];
  otherwise: Statement[];
};
export type If = At & {
  type: 'if';
  test: Expression;
  body: Statement[];
  elifs: { test: Expression; body: Statement[]; at: number }[];
  otherwise: Statement[];
};
export type Macro = At & { type: 'macro'; name: string; body: Statement[] } & SignatureParts;
export type CallBlock = At & { type: 'callblock'; call: Call; body: Statement[] } & SignatureParts;
export type FilterBlock = At & { type: 'filterblock'; filter: Filter; body: Statement[] };
export type With = At & { type: 'with'; targets: Target[]; values: Expression[]; body: Statement[] };
export type SetStatement = At & { type: 'set'; target: Target; value: Expression };
export type SetBlock = At & {
  type: 'setblock';
  target: Target;
  filter: Filter | undefined;
  body: Statement[];
};
export type Block = At & {
  type: 'block';
  name: string;
  scoped: boolean;
  required: boolean;
  body: Statement[];
};
/** `include`, `import`, `from` and `extends`: PromptSource's environment has no other templates to load. */
export type Load = At & { type: 'load'; template: Expression; ignoreMissing: boolean; names: string[] };
export type Autoescape = At & { type: 'autoescape'; value: Expression; body: Statement[] };

export type Statement =
  | Output
  | Data
  | For
  | If
  | Macro
  | CallBlock
  | FilterBlock
  | With
  | SetStatement
  | SetBlock
  | Block
  | Load
  | Autoescape;
