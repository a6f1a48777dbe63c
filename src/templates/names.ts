/** Files of templates by their names, as their readers accept them: PromptSource's, and FLAN's Python modules. */
export function isTemplateFile(path: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return /^templates\.ya?ml$|templates.*\.py$/.test(name);
}
