import type { Use } from './analysis/value.ts';

export type { Use, Via } from './analysis/value.ts';

/** What one part of a template (0 the source, 1 the target) prints. */
export interface PartAnalysis {
  /** The words that the template itself writes there, in order. */
  literal: string;
  /** How the record's fields take part in it. */
  uses: Use[];
  /** It prints or picks from the answer choices. */
  choices: boolean;
  /** The numbers of the choices that it prints, where the template names them (`answer_choices[3]`). */
  picked: readonly number[];
  /** A random choice takes part in it. */
  random: boolean;
}

export interface AnswerChoices {
  /** The text as written, a Jinja string split on `|||`. */
  text: string;
  /** The record's fields that it prints. */
  fields: string[];
  /** The same, choice by choice, where the choices are not made in a loop. */
  each: string[][];
  /** The choices, where all of them are written in the template. */
  literals: string[];
}

/** What a template does to a record, read off its text without rendering it. */
export interface TemplateAnalysis {
  /** Why the template could not be parsed; the rest is empty then. */
  error?: string;
  parts: PartAnalysis[];
  /** Conditions around a whole source and target: on which records the template says anything. */
  guards: Use[];
  /** The fields that the template reads, in order of first use. */
  variables: string[];
  answerChoices?: AnswerChoices;
}

/** Which fields a task is given and which it asks for. No targets: none of the task's fields is its own output. */
export interface Declaration {
  /** Field names, or paths such as `answers.text`. */
  inputs: string[];
  /** One to three; any of them is a legitimate output. */
  targets: string[];
}

export type FindingCode =
  | 'alters-semantics'
  | 'task-inverted'
  | 'jinja-error'
  | 'unknown-field'
  | 'no-separator'
  | 'several-separators'
  | 'empty-target'
  | 'answer-in-source'
  | 'choices-missing'
  | 'duplicate-template'
  | 'metadata-contradiction'
  | 'template-incomplete'
  | 'yaml-error'
  | 'yaml-unknown-tag'
  | 'yaml-duplicate-key'
  | 'file-unreadable'
  | 'too-many-templates';

/** How a template alters its task. */
export type AlterationKind =
  /** The input is asked for, given the output. */
  | 'inverted'
  /** An input (a question, a text) is to be written, where the task is to answer. */
  | 'generation-for-answer'
  /** Something is done to the task's output: counted, ordered, its first or last part taken. */
  | 'operation-on-target'
  /** The choices differ from those that the task offers. */
  | 'choices-changed'
  /** Another field is asked for, or on other grounds. */
  | 'other-field';

/** A stretch of a file; lines and columns (UTF-16) count from 1, the end is exclusive. */
export interface Range {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface TextEdit extends Range {
  text: string;
}

/** A quick fix: an edit of the file, or a decision that leaves the template out of the bench. */
export type Fix = { title: string; kind: 'edit'; edits: TextEdit[] } | { title: string; kind: 'exclude' };

export type Severity = 'error' | 'warning' | 'information';

/** Something about a template or its file that needs a person's attention. */
export interface Finding extends Range {
  file: string;
  /** The template's name; absent where the finding is about the file. */
  template?: string;
  /** The task that the template belongs to; absent where the finding is about the file. */
  task?: string;
  code: FindingCode;
  severity: Severity;
  /** How sure, from 0 to 1: calibrated for `alters-semantics`, 1 where it is a matter of fact. */
  score: number;
  message: string;
  kind?: AlterationKind;
  fixes?: Fix[];
}
