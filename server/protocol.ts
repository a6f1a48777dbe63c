/**
 * Every message that crosses a process boundary: between the extension host and the server, between
 * a webview and the extension host, and the JSON documents of the command line. Whoever receives a
 * message checks it against its schema here.
 */
export * from './protocol/bench.ts';
export * from './protocol/build.ts';
export * from './protocol/categories.ts';
export * from './protocol/decisions.ts';
export * from './protocol/evaluation.ts';
export * from './protocol/instances.ts';
export * from './protocol/jobs.ts';
export * from './protocol/mixture.ts';
export * from './protocol/notifications.ts';
export * from './protocol/overlap.ts';
export * from './protocol/packing.ts';
export * from './protocol/pages.ts';
export * from './protocol/requests.ts';
export * from './protocol/results.ts';
export * from './protocol/splits.ts';
export * from './protocol/statistics.ts';
export * from './protocol/tasks.ts';
export * from './protocol/templates.ts';
export * from './protocol/training.ts';
export * from './protocol/words.ts';
