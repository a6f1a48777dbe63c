/** Files of templates by their names: PromptSource's, and FLAN's Python modules. */
export function isTemplateFile(path: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name === 'templates.yaml' || /^(flan_)?templates.*\.py$/.test(name);
}
