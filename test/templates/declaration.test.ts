import assert from 'node:assert/strict';
import { readTemplateFile } from '../../server/templates/check.ts';
import { parseDeclaration, proposeDeclaration } from '../../server/templates/declaration.ts';
import { profilesOf } from '../../server/templates/features/vectors.ts';
import { QUESTIONS, yamlOf } from './helpers.ts';

const [task] = readTemplateFile('/bench/templates.yaml', yamlOf(QUESTIONS)).tasks;
const profiles = profilesOf(task!.templates.map(({ template }) => template));

describe('the declaration that is proposed', () => {
  it('takes the fields that the likely original templates print', () => {
    const proposal = proposeDeclaration(profiles, [0.1, 0.1, 0.1, 0.1, 0.1, 0.9]);
    assert.deepEqual(proposal.targets, ['answer']);
    assert.deepEqual(proposal.inputs, ['passage', 'question']);
    assert.ok(proposal.confidence > 0.7);
  });

  it('names no field that the records lack, and at most three targets', () => {
    const alterations = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const proposal = proposeDeclaration(profiles, alterations, new Set(['passage', 'answer']));
    assert.deepEqual(proposal, { inputs: ['passage'], targets: ['answer'], confidence: proposal.confidence });
    assert.deepEqual(proposeDeclaration([], []), { inputs: [], targets: [], confidence: 0 });
  });

  it('reads a declaration from a decision, and nothing else', () => {
    assert.deepEqual(parseDeclaration('{"inputs":["a"],"targets":["b","c"]}'), {
      inputs: ['a'],
      targets: ['b', 'c'],
    });
    assert.deepEqual(parseDeclaration('{"targets":[]}'), { inputs: [], targets: [] });
    for (const verdict of ['undo', '3', '{"targets":"b"}', '{"inputs":[1],"targets":[]}', '{']) {
      assert.equal(parseDeclaration(verdict), undefined, verdict);
    }
  });
});
