import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { Session } from '../engine/session.ts';
import type { OpenText } from '../engine/template-places.ts';
import type { Changed, CheckedParamsOf, RequestName, ResultOf } from '../protocol.ts';
import type { Workspace } from './workspace.ts';

/** What a handler may use besides its parameters. */
export interface Call {
  workspace: Workspace;
  /** The text of a file that an editor has open, changes that are not saved included. */
  openText: OpenText;
  signal: AbortSignal;
  onStep: OnStep;
}

export type Handler<Name extends RequestName> = (
  params: CheckedParamsOf<Name>,
  call: Call,
) => ResultOf<Name> | Promise<ResultOf<Name>>;

export function benchOf({ workspace }: Call): Session {
  if (workspace.session) return workspace.session;
  throw new InputError('there is no bench here: recognise the collections of a folder first');
}

/** The decisions are on disk by now; the views are told. */
export function decided<T>({ workspace }: Call, decisions: T, ...what: Changed['what']): T {
  workspace.changed('decisions', 'state', 'tasks', ...what);
  return decisions;
}
