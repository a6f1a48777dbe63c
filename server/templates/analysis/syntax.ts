import { parse, tokenize } from '@huggingface/jinja';

/** The syntax tree of a Jinja template, as `@huggingface/jinja` parses it (its own types are not exported). */
export type Node =
  | { type: 'Program'; body: Node[] }
  | { type: 'If'; test: Node; body: Node[]; alternate: Node[] }
  | { type: 'For'; loopvar: Node; iterable: Node; body: Node[]; defaultBlock: Node[] }
  | { type: 'Set'; assignee: Node; value: Node | null; body: Node[] }
  | { type: 'Macro'; name: Node; args: Node[]; body: Node[] }
  | { type: 'CallStatement'; call: Node; body: Node[] }
  | { type: 'FilterStatement'; filter: Node; body: Node[] }
  | { type: 'Break' | 'Continue' }
  | { type: 'Comment'; value: string }
  | { type: 'MemberExpression'; object: Node; property: Node; computed: boolean }
  | { type: 'CallExpression'; callee: Node; args: Node[] }
  | { type: 'Identifier'; value: string }
  | { type: 'StringLiteral'; value: string }
  | { type: 'IntegerLiteral' | 'FloatLiteral'; value: number }
  | { type: 'ArrayLiteral' | 'TupleLiteral'; value: Node[] }
  | { type: 'ObjectLiteral'; value: Map<Node, Node> }
  | { type: 'BinaryExpression'; operator: { value: string }; left: Node; right: Node }
  | { type: 'FilterExpression'; operand: Node; filter: Node }
  | { type: 'SelectExpression'; lhs: Node; test: Node }
  | { type: 'TestExpression'; operand: Node; negate: boolean; test: Node }
  | { type: 'UnaryExpression'; operator: { value: string }; argument: Node }
  | { type: 'SliceExpression'; start?: Node; stop?: Node; step?: Node }
  | { type: 'KeywordArgumentExpression'; key: Node; value: Node }
  | { type: 'SpreadExpression' | 'KeywordSpreadExpression'; argument: Node }
  | { type: 'Ternary'; condition: Node; trueExpr: Node; falseExpr: Node };

/** Parses a template; throws an Error that says what is wrong. */
export function parseJinja(text: string): Node[] {
  const program = parse(tokenize(text)) as unknown as Node;
  return program.type === 'Program' ? program.body : [program];
}

/** What separates source and target (and the answer choices) in a template. */
export const SEPARATOR = '|||';

/** Whether some text below these statements holds the separator. */
export function holdsSeparator(body: readonly Node[]): boolean {
  return body.some((node) => {
    switch (node.type) {
      case 'StringLiteral':
        return node.value.includes(SEPARATOR);
      case 'If':
        return holdsSeparator(node.body) || holdsSeparator(node.alternate);
      case 'For':
        return holdsSeparator(node.body) || holdsSeparator(node.defaultBlock);
      case 'CallStatement':
      case 'FilterStatement':
        return holdsSeparator(node.body);
      default:
        return false;
    }
  });
}
