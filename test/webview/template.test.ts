import assert from 'node:assert/strict';
import fc from 'fast-check';
import { previewQuery, type Ruling, type TemplateCheck, type TemplateList } from '../../server/protocol.ts';
import { fold } from '../../webview/template/fold.ts';
import {
  neighbour,
  nextWaiting,
  type Query,
  recentReasons,
  shownQuery,
  turned,
} from '../../webview/template/query.ts';

const query = (part: Partial<Query>): Query =>
  previewQuery.parse({ task: 'p/boolq', file: '/b/templates.yaml', template: 'ask', ...part });

describe('what the template page shows when the editor tells it', () => {
  it('is what it is told, first', () => {
    const wanted = query({ against: 'other' });
    assert.deepEqual(shownQuery(undefined, wanted), wanted);
  });

  it('stays at the same records and comparison for the same template', () => {
    const now = query({ from: 16, against: 'other' });
    assert.deepEqual(shownQuery(now, query({})), now);
  });

  it('starts at the first records of another template, and compares it with the same one', () => {
    const now = query({ from: 16, against: 'other' });
    assert.deepEqual(
      shownQuery(now, query({ template: 'next' })),
      query({ template: 'next', against: 'other' }),
    );
  });

  it('compares no template with itself', () => {
    const now = query({ against: 'other' });
    assert.equal(shownQuery(now, query({ template: 'other' })).against, undefined);
  });

  it('compares nothing across tasks, though their templates have one name', () => {
    const now = query({ from: 8, against: 'other' });
    assert.deepEqual(shownQuery(now, query({ task: 'p/rte' })), query({ task: 'p/rte' }));
  });

  it('knows a file of no task by its path', () => {
    const now = query({ task: undefined, from: 8, against: 'other' });
    const same = query({ task: undefined });
    assert.equal(shownQuery(now, same).from, 8);
    assert.equal(shownQuery(now, { ...same, file: '/c/templates.yaml' }).from, 0);
  });
});

describe('turning pages of records', () => {
  it('stops at the first and the last', () => {
    assert.equal(turned(0, 8, 20, 1), 8);
    assert.equal(turned(16, 8, 20, 1), 16);
    assert.equal(turned(8, 8, 20, -3), 0);
    assert.equal(turned(0, 8, 0, 1), 0);
  });

  it('always shows a record where there is one, and begins at a whole page', () => {
    const small = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(
        fc.nat(500),
        small,
        fc.integer({ min: 1, max: 500 }),
        fc.integer(),
        (page, count, total, step) => {
          const from = turned(page * count, count, total, step);
          assert.ok(from >= 0 && from < total);
          assert.equal(from % count, 0);
        },
      ),
    );
  });

  it('goes from template to template, round at the ends', () => {
    const templates = ['a', 'b', 'c'];
    assert.equal(neighbour(templates, 'c', 1), 'a');
    assert.equal(neighbour(templates, 'a', -1), 'c');
    assert.equal(neighbour(templates, 'gone', 1), 'a');
    assert.equal(neighbour([], 'gone', 1), undefined);
  });
});

describe('the queue of templates', () => {
  const ruling = (reason: string, time: string): Ruling => ({
    id: time,
    verdict: 'keep',
    reviewer: 'Ada',
    reason,
    time,
  });
  const check = (template: string, state: TemplateCheck['state'], rulings: Ruling[] = []): TemplateCheck => ({
    task: 't/x',
    template,
    state,
    rulings,
    score: 0.5,
    phrase: '',
    findings: [],
  });
  const list = (...templates: TemplateCheck[]): TemplateList => ({
    templates,
    decided: 0,
    total: templates.length,
  });

  it('goes on to what waits: not what is decided, not what has nothing to rule on', () => {
    const queue = list(check('a', 'open'), check('b', 'decided'), check('c', 'clean'), check('d', 'stale'));
    assert.equal(nextWaiting(queue, { task: 't/x', template: 'a' }, [])?.template, 'd');
    assert.equal(nextWaiting(queue, { task: 't/x', template: 'd' }, [])?.template, 'a');
    assert.equal(nextWaiting(queue, { task: 'other', template: 'd' }, [])?.template, 'a');
  });

  it('gives the reasons of the queue, the newest first, each once', () => {
    const queue = list(
      check('a', 'decided', [ruling('asks for the question', '2026-01-02')]),
      check('b', 'decided', [ruling('fine', '2026-01-03')]),
      check('c', 'decided', [ruling('', '2026-01-05')]),
      check('d', 'decided', [ruling('asks for the question', '2026-01-01')]),
    );
    assert.deepEqual(recentReasons(queue), ['fine', 'asks for the question']);
  });
});

describe('folding a long field', () => {
  it('leaves a short text as it is', () => {
    assert.equal(fold('x'.repeat(700)), undefined);
  });

  it('takes nothing away and cuts no character in two', () => {
    const unit = fc.constantFrom('a', '\n', 'é', '\u{1F33B}', '漢');
    const long = fc.string({ unit, minLength: 701, maxLength: 1500 });
    fc.assert(
      fc.property(long, (text) => {
        const folded = fold(text);
        assert.ok(folded);
        assert.equal(folded.head + folded.middle + folded.tail, text);
        for (const part of Object.values(folded)) assert.ok(part.isWellFormed());
      }),
    );
  });
});
