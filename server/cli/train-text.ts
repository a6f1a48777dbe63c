import { duration } from '../base/progress.ts';
import type { RunEstimate } from '../protocol.ts';

const GIB = 2 ** 30;

/** An estimate as lines of text. */
export function estimateText(estimate: RunEstimate): string {
  const { memory, time, stream } = estimate;
  const part = ({ what, bytes, formula }: RunEstimate['memory']['parts'][number]) =>
    `  ${what.padEnd(12)}${gib(bytes).padStart(12)}  ${formula}`;
  const of = memory.available === null ? '' : ` of ${gib(memory.available)}`;
  const trained =
    estimate.trainedParameters === estimate.parameters
      ? ''
      : `, ${short(estimate.trainedParameters)} of them trained`;
  return [
    `${estimate.name}: ${short(estimate.parameters)} parameters${trained}, ${estimate.devices} × ${estimate.device} (${estimate.launcher})`,
    `steps       ${estimate.steps} of ${estimate.batch} sequences of ${estimate.length} tokens, ${estimate.micro_batch} at once on a device`,
    `tokens      ${short(estimate.tokens)}: ${percent(stream.loss)} take loss, ${percent(stream.padding)} are padding (by ${stream.sampled} sequences)`,
    `examples    ${short(stream.examples)}; ${percent(stream.truncated)} are cut`,
    `epochs      ${estimate.epochs.map(({ collection, epochs }) => `${collection} ${epochs.toFixed(2)}`).join(', ')}`,
    `memory      ${gib(memory.bytes)}${of} a device`,
    ...memory.parts.filter(({ bytes }) => bytes > 0).map(part),
    `time        ${time.seconds === null ? 'not known' : duration(time.seconds)} (${time.rests})`,
    ...estimate.warnings.map((warning) => `warning: ${warning}`),
  ].join('\n');
}

function gib(bytes: number): string {
  return bytes < GIB / 10 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}

/** `1.3 B`, `264 M`. */
function short(count: number): string {
  for (const [size, letter] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= size) return `${Number((count / size).toPrecision(3))} ${letter}`;
  }
  return String(Math.round(count));
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
