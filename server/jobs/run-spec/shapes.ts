/** The numbers that make a decoder's size; names as a run spec has them. */
export interface Shape {
  hidden: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward layer. */
  ffn: number;
  vocabulary: number;
  /** Tokens that it has positions for. */
  positions: number;
}

export const PRESET_NAMES = ['opt-125m', 'opt-1.3b', 'opt-6.7b', 'opt-30b', 'opt-175b'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const opt = (hidden: number, layers: number, heads: number): Shape => ({
  hidden,
  layers,
  heads,
  ffn: 4 * hidden,
  vocabulary: 50_272,
  positions: 2048,
});

/** OPT's own shapes (Zhang et al., table 1, and its published configurations). */
export const OPT_SHAPES: Readonly<Record<PresetName, Shape>> = {
  'opt-125m': opt(768, 12, 12),
  'opt-1.3b': opt(2048, 24, 32),
  'opt-6.7b': opt(4096, 32, 32),
  'opt-30b': opt(7168, 48, 56),
  'opt-175b': opt(12_288, 96, 96),
};

/** OPT keeps two positions before the first token's. */
const POSITION_OFFSET = 2;

/**
 * Parameters of an OPT model of a shape: embeddings (the output layer is the same matrix), positions, and per
 * layer four projections, two feed-forward matrices and two layer norms, with their biases.
 */
export function parametersOf({ hidden, layers, ffn, vocabulary, positions }: Shape): number {
  const attention = 4 * hidden * hidden + 4 * hidden;
  const feedForward = 2 * hidden * ffn + ffn + hidden;
  const norm = 2 * hidden;
  const embeddings = (vocabulary + positions + POSITION_OFFSET) * hidden;
  return embeddings + layers * (attention + feedForward + 2 * norm) + norm;
}

/** The configuration of an OPT model of a shape, as transformers reads it. */
export function optConfig(
  shape: Shape,
  tokens: { end: number; padding: number },
  dropout: number,
): Record<string, unknown> {
  return {
    model_type: 'opt',
    architectures: ['OPTForCausalLM'],
    vocab_size: shape.vocabulary,
    hidden_size: shape.hidden,
    word_embed_proj_dim: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    ffn_dim: shape.ffn,
    max_position_embeddings: shape.positions,
    do_layer_norm_before: true,
    activation_function: 'relu',
    dropout,
    attention_dropout: 0,
    tie_word_embeddings: true,
    bos_token_id: tokens.end,
    eos_token_id: tokens.end,
    pad_token_id: tokens.padding,
  };
}
