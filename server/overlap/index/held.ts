import { Words } from './words.ts';

/**
 * The entries that documents hold, in order, each as `entry * 2 + content`. Text that is new, and text that is copied
 * whole, has entries that count up: they are kept as runs, a first one and how many there are.
 */
export class Held {
  private readonly runs: Words;
  /** Two numbers a document: its example, and where its runs end. */
  private readonly documents: Words;
  /** What would lengthen the last run; -1 at a document's start. */
  private next = -1;

  /** Room for so many entries and documents. */
  constructor(entries: number, documents: number) {
    this.runs = new Words(entries * 2);
    this.documents = new Words(documents * 2);
  }

  push(value: number): void {
    const { runs } = this;
    if (value === this.next) runs.view[runs.length - 1]!++;
    else {
      runs.push(value);
      runs.push(1);
    }
    this.next = value + 2;
  }

  endDocument(example: number): void {
    this.documents.push(example);
    this.documents.push(this.runs.length);
    this.next = -1;
  }

  /** Hands the documents over one by one; `values` are good until the next. Nothing is held any more then. */
  hand(take: (example: number, values: Uint32Array) => void): void {
    const runs = this.runs.view;
    const documents = this.documents.view;
    let values = new Uint32Array(1024);
    let run = 0;
    for (let document = 0; document < this.documents.length; document += 2) {
      const end = documents[document + 1]!;
      let count = 0;
      for (let at = run; at < end; at += 2) count += runs[at + 1]!;
      if (count > values.length) values = new Uint32Array(count * 2);
      let to = 0;
      for (; run < end; run += 2) {
        const first = runs[run]!;
        const length = runs[run + 1]!;
        for (let i = 0; i < length; i++) values[to++] = first + i * 2;
      }
      take(documents[document]!, values.subarray(0, count));
    }
    this.runs.free();
    this.documents.free();
  }
}
