import { type ComponentChild, render } from 'preact';
import { ready } from './messages.ts';

/** Puts the page into its document and tells the editor that it listens. */
export function startPage(page: ComponentChild): void {
  const root = document.getElementById('page');
  if (!root) throw new Error('the document has no #page');
  render(page, root);
  ready();
}
