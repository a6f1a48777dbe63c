import { decideTemplates } from '../engine/template-decide.ts';
import { declareTask } from '../engine/template-declaration.ts';
import { templatePreview } from '../engine/template-preview.ts';
import { taskTemplates, templateList } from '../engine/template-rows.ts';
import { benchOf, decided, type Handler } from './call.ts';

type TemplateRequest = 'taskTemplates' | 'templates' | 'preview' | 'decideTemplates' | 'declare';

/** What answers the requests about templates. */
export const templateHandlers: { [Name in TemplateRequest]: Handler<Name> } = {
  taskTemplates: ({ task }, call) => taskTemplates(benchOf(call), task),
  templates: ({ order, filter }, { workspace }) =>
    workspace.session
      ? templateList(workspace.session, order, filter)
      : { templates: [], decided: 0, total: 0 },
  preview: (query, { workspace, openText }) => templatePreview(workspace.session, query, openText),
  decideTemplates: async ({ templates, verdict, reason }, call) =>
    decided(call, await decideTemplates(benchOf(call), templates, verdict, reason), 'templates'),
  declare: async ({ task, inputs, targets, reason }, call) =>
    decided(call, await declareTask(benchOf(call), task, { inputs, targets }, reason), 'templates'),
};
