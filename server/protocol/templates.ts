import * as z from 'zod';
import { segment } from './instances.ts';
import { ruling } from './overlap.ts';
import { location } from './words.ts';

/** `keep`: it asks for the task's own output. `alters`: left out of what is built and evaluated. */
export const templateVerdict = z.enum(['keep', 'alters']);
export type TemplateVerdict = z.infer<typeof templateVerdict>;

export const severity = z.enum(['error', 'warning', 'information']);

/** Lines and columns (UTF-16) count from 1, the end is exclusive. */
export const range = z.object({ line: z.int(), column: z.int(), endLine: z.int(), endColumn: z.int() });

export const templateFinding = range.extend({
  file: z.string(),
  /** Absent where the finding is about the file. */
  task: z.string().optional(),
  template: z.string().optional(),
  code: z.string(),
  severity,
  /** How sure, from 0 to 1: calibrated for `alters-semantics`, 1 where it is a matter of fact. */
  score: z.number(),
  message: z.string(),
  /** How a template alters its task. */
  kind: z.string().optional(),
});
export type TemplateFinding = z.infer<typeof templateFinding>;

/** `heldout check --json`. */
export const checkReport = z.object({
  findings: z.array(templateFinding),
  /** With `--scores`: every template's, flagged or not. */
  scores: z
    .array(
      z.object({
        file: z.string(),
        line: z.int(),
        task: z.string(),
        template: z.string(),
        score: z.number(),
      }),
    )
    .optional(),
});
export type CheckReport = z.infer<typeof checkReport>;

/** A task's fields that are given and asked for: what is proposed, or what a person declared. */
export const taskDeclaration = z.object({
  state: z.enum(['proposed', 'declared', 'conflict']),
  inputs: z.array(z.string()),
  /** One to three; empty where none of the fields is the task's own output. */
  targets: z.array(z.string()),
  /** Of a proposal, from 0 to 1. */
  confidence: z.number().optional(),
  /** One when declared, several when they disagree. */
  rulings: z.array(ruling),
});
export type TaskDeclaration = z.infer<typeof taskDeclaration>;

/** `clean`: nothing was found that a person must rule on. `stale`: decided, but the template has changed since. */
export const templateState = z.enum(['clean', 'open', 'decided', 'conflict', 'stale']);
export type TemplateState = z.infer<typeof templateState>;

export const templateCheck = z.object({
  task: z.string(),
  template: z.string(),
  state: templateState,
  /** One when decided, several when they disagree. */
  rulings: z.array(ruling),
  originalTask: z.boolean().optional(),
  /** How likely it alters the task, from 0 to 1. */
  score: z.number(),
  /** How it phrases the task: its own words, one line, fields in braces. */
  phrase: z.string(),
  findings: z.array(templateFinding),
  /** Absent for the reader's own template. */
  location: location.optional(),
});
export type TemplateCheck = z.infer<typeof templateCheck>;

export const taskTemplates = z.object({
  task: z.string(),
  /** The records' fields with how they are filled: type in words, and a few values. */
  fields: z.array(z.object({ name: z.string(), type: z.string(), samples: z.array(z.string()) })),
  declaration: taskDeclaration,
  templates: z.array(templateCheck),
  /** About the whole task or its file. */
  findings: z.array(templateFinding),
});
export type TaskTemplates = z.infer<typeof taskTemplates>;

export const templateOrder = z.enum(['score', 'task', 'findings']);
export type TemplateOrder = z.infer<typeof templateOrder>;
export const templateFilter = z.object({
  search: z.string().optional(),
  state: z.array(templateState).optional(),
  task: z.string().optional(),
  code: z.string().optional(),
});
export type TemplateFilter = z.infer<typeof templateFilter>;

/** The queue of flagged templates. */
export const templateList = z.object({
  templates: z.array(templateCheck),
  decided: z.int(),
  total: z.int(),
  /** Seconds left at the pace of the last decisions; absent before there is a pace. */
  secondsLeft: z.number().optional(),
  /** Tasks checked so far, while the check of the bench goes on; its templates come as they are checked. */
  checking: z.object({ done: z.int(), total: z.int() }).optional(),
});
export type TemplateList = z.infer<typeof templateList>;

export const previewQuery = z.object({
  /** The task; or, for a file that is not of the bench, absent. */
  task: z.string().optional(),
  /** Absolute path of the file of templates; its text is the editor's where it is open. */
  file: z.string().optional(),
  template: z.string(),
  /** A second template of the same task, to compare. */
  against: z.string().optional(),
  from: z.int().min(0).default(0),
  count: z.int().min(1).max(50).default(8),
});
export type PreviewQuery = z.input<typeof previewQuery>;

/** What a template makes of a record. */
export const rendering = z.object({
  source: z.array(segment),
  target: z.array(segment),
  candidates: z.array(z.string()).nullable(),
  /** The template means to print nothing for this record; source and target are empty then. */
  leftOut: z.boolean().optional(),
  /** Why it can't be rendered; source and target are empty then. */
  error: z.object({ message: z.string(), at: range.optional() }).optional(),
});
export const previewRow = z.object({
  example: z.int(),
  /** Why the record stands so far ahead, in words: "`passage` is empty", "longest"; absent for the ordinary ones. */
  edge: z.string().optional(),
  record: location.optional(),
  rendered: rendering,
  against: rendering.optional(),
});
export const templatePreview = z.object({
  task: z.string().optional(),
  template: z.string(),
  /** The task's templates, by name, in the order of the file. */
  templates: z.array(z.string()),
  against: z.string().optional(),
  /** Records that can be paged through, edge cases first. */
  total: z.int(),
  from: z.int(),
  rows: z.array(previewRow),
  findings: z.array(templateFinding),
  /** Why there is nothing to show, in words: no such template, no records. */
  nothing: z.string().optional(),
  templateAt: location.optional(),
});
export type TemplatePreview = z.infer<typeof templatePreview>;
