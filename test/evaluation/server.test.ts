import assert from 'node:assert/strict';
import type { Backend } from '../../server/evaluation/backends/backend.ts';
import { type ServerOptions, serverBackend } from '../../server/evaluation/backends/server.ts';
import type { ScoreAnswer, ScoreRequest } from '../../server/protocol.ts';
import { answersOf } from './answers.ts';
import { CompletionsServer, type Conduct } from './completions-server.ts';
import { NgramModel, TOKENIZER } from './ngram.ts';

const model = new NgramModel();
const signal = new AbortController().signal;
const right: Conduct = { speaks: 'vllm', logprobs: 'right' };

const ranking: ScoreRequest = {
  id: 'r',
  kind: 'rank',
  prefix: 'The samples hold a leak. True or false?',
  continuations: [' True', ' a task that nobody has seen', ' ?'],
};
const writing: ScoreRequest = { id: 'w', kind: 'generate', prefix: 'The bench', max_tokens: 12 };

async function with_<Result>(
  conduct: Conduct,
  work: (
    server: CompletionsServer,
    open: (options?: Partial<ServerOptions>) => Promise<Backend>,
  ) => Promise<Result>,
): Promise<Result> {
  const server = await CompletionsServer.start(model, conduct);
  const open = (options: Partial<ServerOptions> = {}) =>
    serverBackend(server.address, { tokenizer: TOKENIZER, signal, firstWait: 1, timeout: 500, ...options });
  try {
    return await work(server, open);
  } finally {
    await server.stop();
  }
}

function checkRanked(answer: ScoreAnswer | undefined, asked: ScoreRequest & { kind: 'rank' }): void {
  assert.ok(answer && 'log_likelihoods' in answer, JSON.stringify(answer));
  for (const [at, text] of asked.continuations.entries())
    assert.ok(Math.abs(answer.log_likelihoods[at]! - model.sum(asked.prefix, text)) < 1e-9);
}

describe('the server backend', function () {
  this.timeout(60_000);

  for (const speaks of ['vllm', 'sglang'] as const) {
    it(`scores by what a server like ${speaks} says of prompts`, () =>
      with_({ speaks, logprobs: 'right' }, async (_, open) => {
        const backend = await open();
        assert.equal(backend.length, 512);
        const long = { ...ranking, id: 'long', prefix: `${'The well. '.repeat(400)}Dry?` };
        const answers = await answersOf(backend, [
          ranking,
          writing,
          { ...ranking, id: 'e', prefix: '' },
          long,
        ]);
        checkRanked(answers.get('r'), ranking);
        checkRanked(answers.get('e'), { ...ranking, prefix: '' });
        const ids = model.write(model.tokenizer.ids(writing.prefix), 12);
        assert.deepEqual(answers.get('w'), {
          id: 'w',
          text: model.tokenizer.decode(ids),
          tokens: ids.length,
          truncated: 0,
        });
        const cut = answers.get('long');
        assert.ok(cut && 'log_likelihoods' in cut && cut.truncated > 0);
      }));
  }

  for (const [logprobs, said] of [
    ['missing', /missing/],
    ['zero', /missing or zero/],
    ['short', /came for \d+ tokens/],
    ['looking-ahead', /depend on what comes after/],
  ] as const) {
    it(`refuses a server whose log-probabilities are ${logprobs}`, () =>
      with_({ ...right, logprobs }, async (_, open) => {
        await assert.rejects(open(), (error: Error) => {
          assert.match(error.message, /can be trusted/);
          assert.match(error.message, said);
          return true;
        });
      }));
  }

  it('refuses an address where nothing answers, a model that is not there, and no tokenizer', async () => {
    const gone = await CompletionsServer.start(model, right);
    await gone.stop();
    const options = { tokenizer: TOKENIZER, signal, firstWait: 1 };
    await assert.rejects(serverBackend('http://127.0.0.1:9', options), /no server answers/);
    await with_(right, async (server, open) => {
      await assert.rejects(open({ model: 'trigram' }), /no model "trigram": it has bigram/);
      await assert.rejects(
        serverBackend(server.address, { ...options, tokenizer: undefined }),
        /--tokenizer/,
      );
    });
  });

  it('asks again after dropped connections, busy answers, nonsense and silence', () => {
    const troubles = ['drop', 'busy', 'nonsense', 'late'] as const;
    let open = false;
    const trouble = (request: number) =>
      open && request % 4 === 0 ? troubles[(request / 4) % 4] : undefined;
    return with_({ ...right, trouble }, async (_, connect) => {
      const backend = await connect();
      open = true;
      const many = Array.from({ length: 6 }, (__, at) => ({ ...ranking, id: String(at) }));
      const answers = await answersOf(backend, many);
      assert.equal(answers.size, 6);
      for (const answer of answers.values()) checkRanked(answer, ranking);
    });
  });

  it('marks what keeps failing as failed, and stops when nothing is answered any more', () => {
    let open = false;
    return with_({ ...right, trouble: () => (open ? 'busy' : undefined) }, async (_, connect) => {
      const backend = await connect();
      open = true;
      const answer = (await answersOf(backend, [ranking])).get('r');
      assert.ok(answer && 'error' in answer);
      assert.match(answer.error, /the server failed: .*503/);
      const many = Array.from({ length: 40 }, (__, at) => ({ ...writing, id: String(at) }));
      await assert.rejects(
        answersOf(backend, many),
        /20 requests failed one after the other.*goes on from here/,
      );
    });
  });
});
