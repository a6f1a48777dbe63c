import * as vscode from 'vscode';
import type { PreviewQuery } from '../../server/protocol.ts';
import type { Pages } from '../pages/pages.ts';
import { type PlacedTemplate, TemplatePlaces } from './files.ts';
import { isTemplateFile } from './names.ts';

/** From the last movement of the cursor, and from the last key stroke, to the page's next question. */
const CURSOR_MS = 80;
const TYPING_MS = 150;

/** Keeps the template page in step with the file of templates that is being edited. */
export class TemplateFollower implements vscode.Disposable {
  private readonly pages: Pages;
  private readonly places = new TemplatePlaces();
  private readonly subscriptions: vscode.Disposable[];
  private moved: NodeJS.Timeout | undefined;
  private edited: NodeJS.Timeout | undefined;

  constructor(pages: Pages) {
    this.pages = pages;
    this.subscriptions = [
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.cursorMoved(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.cursorMoved(editor)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.documentChanged(document);
      }),
    ];
  }

  /** The template at the cursor of the active editor. */
  async atCursor(): Promise<PlacedTemplate | undefined> {
    const editor = vscode.window.activeTextEditor;
    return editor && this.places.at(editor.document, editor.selection.active.line);
  }

  /** Moves the cursor of an editor that shows the template's file to it; the focus stays. */
  async reveal(query: PreviewQuery): Promise<void> {
    for (const editor of vscode.window.visibleTextEditors) {
      if (!isTemplateFile(editor.document.fileName)) continue;
      const places = await this.places.of(editor.document);
      const place = places.find(({ task, template }) => task === query.task && template === query.template);
      if (!place) continue;
      const start = new vscode.Position(place.line, 0);
      editor.selection = new vscode.Selection(start, start);
      editor.revealRange(
        new vscode.Range(start, start),
        vscode.TextEditorRevealType.InCenterIfOutsideViewport,
      );
      return;
    }
  }

  private cursorMoved(editor: vscode.TextEditor): void {
    if (!this.pages.previewed || !isTemplateFile(editor.document.fileName)) return;
    clearTimeout(this.moved);
    this.moved = setTimeout(() => void this.follow(editor), CURSOR_MS);
  }

  private async follow(editor: vscode.TextEditor): Promise<void> {
    // While the person looks at the page, it goes its own way.
    if (editor !== vscode.window.activeTextEditor) return;
    const place = await this.places.at(editor.document, editor.selection.active.line);
    const now = this.pages.previewed;
    if (!place || !now) return;
    const { file, task, template } = place;
    const same = now.template === template && now.task === task && (task !== undefined || now.file === file);
    if (!same) this.pages.followTemplate({ file, task, template });
  }

  private documentChanged(document: vscode.TextDocument): void {
    if (!this.pages.previewed || !isTemplateFile(document.fileName)) return;
    clearTimeout(this.edited);
    this.edited = setTimeout(() => {
      this.pages.templatesEdited();
      const editor = vscode.window.activeTextEditor;
      // The name of the template itself may have been edited.
      if (editor?.document === document) void this.follow(editor);
    }, TYPING_MS);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    clearTimeout(this.moved);
    clearTimeout(this.edited);
  }
}
