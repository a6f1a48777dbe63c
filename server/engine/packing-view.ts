import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { lossRuns, type Packed, type PackedSequence, Packer } from '../mixture/packing.ts';
import { trainingText } from '../prompts/instances.ts';
import { type Encoded, type ExactTokenizer, loadTokenizer } from '../prompts/tokens.ts';
import type { CheckedParamsOf, MixtureDraw, PackedToken, PackingView } from '../protocol.ts';
import { mixedTasks, trainingInstances } from './mixed-tasks.ts';
import type { Session } from './session.ts';

type Query = CheckedParamsOf<'packing'>;

interface Drawn {
  draw: MixtureDraw;
  text: string;
  encoded: Encoded;
  /** Tokens that take loss, counted in the example before it is cut. */
  loss: [from: number, to: number][];
}

/** How the training stream packs from a draw on. */
export async function packingView(
  session: Session,
  query: Query,
  work: { signal: AbortSignal; onStep: OnStep },
): Promise<PackingView> {
  const tokenizer = loadTokenizer(query.tokenizer);
  const { separator } = tokenizer;
  const { sequences: packed, failed, next } = await packedSequences(session, query, tokenizer, work);
  const sequences = packed.map(({ documents, padding }) => ({
    padding,
    documents: documents.map((document) => {
      const { draw, loss } = document.item;
      const { start, tokens, cut } = document;
      return { draw, start, tokens, cut, loss: placed(loss, document) };
    }),
  }));
  const all = sequences.flatMap(({ documents }) => documents);
  const places = sequences.length * query.length;
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const shown = packed[Math.min(query.show, packed.length - 1)];
  return {
    length: query.length,
    separator: separator.token,
    start: query.start,
    next,
    sequences,
    examples: all.length,
    padding: sum(sequences.map(({ padding }) => padding)) / places,
    loss: sum(all.flatMap(({ loss }) => loss.map(([from, to]) => to - from))) / places,
    truncated: all.filter(({ cut }) => cut > 0).length,
    failed,
    tokens: shown ? shown.documents.flatMap((document, at) => tokensOf(document, at, separator.token)) : [],
  };
}

async function packedSequences(
  session: Session,
  { seed, start, sequences: wanted, length }: Query,
  tokenizer: ExactTokenizer,
  work: { signal: AbortSignal; onStep: OnStep },
): Promise<{ sequences: PackedSequence<Drawn>[]; failed: number; next: number }> {
  const mixed = await mixedTasks(session, { seed, ...work });
  if (mixed.stream.empty)
    throw new InputError('there is nothing to pack: import the bench, or leave it tasks to train on');
  const packer = new Packer<Drawn>(length);
  const sequences: PackedSequence<Drawn>[] = [];
  let failed = 0;
  let drawn = 0;
  for await (const { draw, instance } of trainingInstances(session, mixed, start)) {
    work.signal.throwIfAborted();
    // A bench all of whose templates fail would never fill a sequence.
    if (++drawn > 1000 && failed === drawn - 1) break;
    if (!instance) {
      failed++;
      continue;
    }
    const text = trainingText(instance);
    const encoded = tokenizer.encode(text);
    const item = { draw, text, encoded, loss: lossRuns(encoded.offsets, instance.loss) };
    const closed = packer.add(item, encoded.ids.length);
    if (closed) sequences.push(closed);
    work.onStep({ message: 'packing', done: sequences.length, total: wanted, unit: 'partitions' });
    // The draw at hand begins the next sequence.
    if (sequences.length === wanted) return { sequences, failed, next: draw.index };
  }
  throw new InputError('no template renders on the first thousand draws: see "heldout check"');
}

/** Runs of loss as places in the sequence, the separator among them: the model learns to stop. */
function placed(
  loss: readonly [from: number, to: number][],
  { item, start, tokens, cut }: Packed<Drawn>,
): [number, number][] {
  const end = item.encoded.ids.length;
  const runs: [number, number][] = loss.map(([from, to]) => [from, to === end ? to + 1 : to]);
  return runs
    .map(([from, to]): [number, number] => [Math.max(from, cut) - cut + start, to - cut + start])
    .filter(([from, to]) => from < to && to <= start + tokens);
}

function tokensOf(document: Packed<Drawn>, at: number, separator: string): PackedToken[] {
  const { encoded, text } = document.item;
  const runs = placed(document.item.loss, document);
  return Array.from({ length: document.tokens }, (_, token) => {
    const offset = encoded.offsets[token + document.cut];
    const place = document.start + token;
    return {
      text: offset ? text.slice(...offset) : separator,
      document: at,
      loss: runs.some(([from, to]) => place >= from && place < to),
    };
  });
}
