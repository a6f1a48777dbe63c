import * as z from 'zod';
import { runSpecSchema } from './schema.ts';

/** What a run spec may hold, key by key, as editors tell it: read off the schema that specs are checked by. */

interface Node {
  description?: string;
  type?: string;
  properties?: Record<string, Node>;
  anyOf?: Node[];
  enum?: unknown[];
  const?: unknown;
  items?: Node;
}

let root: Node | undefined;

function schema(): Node {
  root ??= z.toJSONSchema(runSpecSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Node;
  return root;
}

/** The keys of the mapping at a path, with what they mean. */
export function keysAt(path: readonly string[]): { name: string; description: string | undefined }[] {
  return nodesAt(path).flatMap(({ properties }) =>
    Object.entries(properties ?? {}).map(([name, { description }]) => ({ name, description })),
  );
}

/** The words that may stand at a path; empty where anything may. */
export function valuesAt(path: readonly string[]): string[] {
  return nodesAt(path).flatMap((node) => {
    if (node.enum) return node.enum.map(String);
    if (node.const !== undefined) return [String(node.const)];
    return node.type === 'boolean' ? ['true', 'false'] : [];
  });
}

export function descriptionAt(path: readonly string[]): string | undefined {
  const key = path.at(-1);
  return key === undefined
    ? undefined
    : keysAt(path.slice(0, -1)).find(({ name }) => name === key)?.description;
}

function nodesAt(path: readonly string[]): Node[] {
  let nodes = branches(schema());
  for (const key of path) {
    nodes = nodes.flatMap(({ properties }) => {
      const next = properties?.[key];
      return next ? branches(next) : [];
    });
  }
  return nodes;
}

function branches(node: Node): Node[] {
  return node.anyOf ? node.anyOf.flatMap(branches) : [node];
}
