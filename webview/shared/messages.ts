import * as z from 'zod';
import {
  type Changed,
  type FromPage,
  type JobsChanged,
  type Location,
  type ParamsOf,
  type RequestName,
  type ResultOf,
  requests,
  type ToPage,
  toPage,
} from '../../server/protocol.ts';

// The page's policy forbids generated code, which zod would try first.
z.config({ jitless: true });

const editor = acquireVsCodeApi<unknown>();

type Show = Extract<ToPage, { type: 'show' }>;
type Waiting = { name: RequestName; resolve: (result: unknown) => void; reject: (error: Error) => void };

const waiting = new Map<number, Waiting>();
const showListeners = new Set<(show: Show) => void>();
const changeListeners = new Set<(what: Changed['what']) => void>();
const jobsListeners = new Set<(ids: JobsChanged['ids']) => void>();
let lastShow: Show | undefined;
let lastId = 0;

function post(message: FromPage): void {
  editor.postMessage(message);
}

/** Asks the server through the editor; the answer is checked. Rejects with a message for a person. */
export function ask<Name extends RequestName>(name: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
  const id = ++lastId;
  return new Promise<unknown>((resolve, reject) => {
    waiting.set(id, { name, resolve, reject });
    post({ type: 'request', id, name, params });
  }) as Promise<ResultOf<Name>>;
}

/** Opens a file at a line, and a column where one is given, in the editor. */
export function openFile({ file, line }: Location, column?: number): void {
  post({ type: 'open', location: { file, line }, column });
}

/** Calls a command of the extension. */
export function runCommand(command: string, ...args: unknown[]): void {
  post({ type: 'command', command, args });
}

/**
 * Called with what the page is to show, first when it is ready and again when that changed. The answer to `ready`
 * may be there before a component is drawn and listens: it is told then.
 */
export function onShow(listener: (show: Show) => void): () => void {
  showListeners.add(listener);
  if (lastShow) listener(lastShow);
  return () => showListeners.delete(listener);
}

/** Called when the server's answers may have changed. */
export function onChanged(listener: (what: Changed['what']) => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

/** Called with the jobs that changed. */
export function onJobs(listener: (ids: JobsChanged['ids']) => void): () => void {
  jobsListeners.add(listener);
  return () => jobsListeners.delete(listener);
}

/** Keeps a small state over hiding the page and restarts of the editor. */
export function keep(state: unknown): void {
  editor.setState(state);
}

/** What was kept, if it is still of this form. */
export function kept<Schema extends z.ZodType>(schema: Schema): z.output<Schema> | undefined {
  const state = schema.safeParse(editor.getState());
  return state.success ? state.data : undefined;
}

/** Says that the page can be told what to show. */
export function ready(): void {
  post({ type: 'ready' });
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = toPage.safeParse(event.data);
  if (!message.success) return;
  const { data } = message;
  if (data.type === 'show') {
    lastShow = data;
    for (const listener of showListeners) listener(data);
  }
  if (data.type === 'changed') for (const listener of changeListeners) listener(data.what);
  if (data.type === 'jobs') for (const listener of jobsListeners) listener(data.ids);
  if (data.type !== 'answer' && data.type !== 'failure') return;
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if (!asked) return;
  if (data.type === 'failure') {
    asked.reject(new Error(data.message));
    return;
  }
  const result = requests[asked.name].result.safeParse(data.result);
  if (result.success) asked.resolve(result.data);
  else asked.reject(new Error(`${asked.name}: ${z.prettifyError(result.error)}`));
});
