/** The statements inside statements. */
import type { Block, Statement } from './ast.ts';
export function nested(node: Statement): (readonly Statement[])[] {
  switch (node.type) {
    case 'for':
      return [node.body, node.otherwise];
    case 'if':
      return [node.body, ...node.elifs.map((elif) => elif.body), node.otherwise];
    case 'macro':
    case 'callblock':
    case 'filterblock':
    case 'with':
    case 'setblock':
    case 'block':
    case 'autoescape':
      return [node.body];
    default:
      return [];
  }
}

export function findBlocks(body: readonly Statement[]): Block[] {
  return body.flatMap((node) => [
    ...(node.type === 'block' ? [node] : []),
    ...nested(node).flatMap(findBlocks),
  ]);
}
