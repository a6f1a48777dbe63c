/** A task as a proposal reads it. */
export interface TaskToPropose {
  id: string;
  name: string;
  collection?: string;
  /** Categories in its collection's own words. */
  tags: readonly string[];
  /** The original data that it was made from. */
  sources: readonly string[];
  /** What it is asked for, in words: its definition, the words of its templates. */
  instruction: string;
}

export type EvidenceKind = 'tag' | 'own' | 'name' | 'data' | 'collection' | 'instruction' | 'similar';

/** Why a task may belong to a category. */
export interface Evidence {
  kind: EvidenceKind;
  category: string;
  /** How likely it alone makes the category, from 0 to 1. */
  confidence: number;
  /** What it is read off: the collection's word or name, the phrase found, the data set, the similar task's id. */
  quote: string;
  /** `similar`: the cosine of both texts. */
  similarity?: number;
}

export interface Proposal {
  category: string;
  confidence: number;
  /** For the category, most telling first. */
  evidence: Evidence[];
  /** For other categories, most telling first. */
  against: Evidence[];
}
