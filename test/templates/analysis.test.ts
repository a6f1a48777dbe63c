import assert from 'node:assert/strict';
import { analyse } from '../../server/templates/analysis/analyse.ts';
import { rolesOf } from '../../server/templates/features/roles.ts';

function roles(text: string, answerChoices?: string) {
  const { targets, inputs, operations, deciders } = rolesOf(
    analyse({ language: 'jinja', text, answerChoices }),
  );
  return { targets: [...targets], inputs: [...inputs], operations: [...operations], deciders: [...deciders] };
}

describe('what a template does to a record', () => {
  it('tells the fields of the source from those of the target', () => {
    const found = roles('{{note}} {{ask}} ||| {{reply["text"][0]}}');
    assert.deepEqual(found.inputs, ['note', 'ask']);
    assert.deepEqual(found.targets, ['reply.text']);
    assert.deepEqual(found.operations, ['first']);
  });

  it('finds the field that picks an answer choice', () => {
    assert.deepEqual(roles('{{note}} ||| {{ answer_choices[mood] }}', 'calm ||| rough').targets, ['mood']);
    assert.deepEqual(roles('{{note}} ||| {{ {"A": 0, "B": 1}[key] }}').targets, ['key']);
  });

  it('finds the field of a choice that is named by its number', () => {
    assert.deepEqual(roles('{{ask}} ||| {{answer_choices[1]}}', '{{wrong}} ||| {{right}}').targets, [
      'right',
    ]);
  });

  it('follows names that are set, loops, zip, and lists that are appended to', () => {
    assert.deepEqual(
      roles('{% set a = ships | map(attribute="name") | list %}x ||| {{ a | length }}').targets,
      ['ships.name'],
    );
    assert.deepEqual(
      roles('{{day}} ||| {% for s, t in zip(ships, tides) %}{{s}} {{t}}{% endfor %}').targets,
      ['ships', 'tides'],
    );
    const appended =
      '{% set l = [] %}{% for s in ships %}{{ l.append(s) or "" }}{% endfor %}x ||| {{ l | join(", ") }}';
    assert.deepEqual(roles(appended).targets, ['ships']);
    const mapped =
      '{% set ns = namespace(value={}) %}{% set _ = ns.value.update({ship: crew}) %}x ||| {{ ns.value["a"] }}';
    assert.deepEqual(roles(mapped).targets.sort(), ['crew', 'ship']);
  });

  it('takes a condition around source and target for a guard, and one inside the target for what decides it', () => {
    const guarded = analyse({ language: 'jinja', text: '{% if crew %}{{note}} ||| {{reply}}{% endif %}' });
    assert.deepEqual(
      guarded.guards.map((use) => use.path),
      ['crew'],
    );
    assert.deepEqual([...rolesOf(guarded).targets], ['reply']);
    assert.deepEqual(roles('{{note}} ||| {% if wind > 5 %}Yes{% else %}No{% endif %}').targets, ['wind']);
  });

  it('counts the parts of branches once', () => {
    const text = '{% if a %}{{note}} ||| one{% else %}{{note}} ||| two{% endif %}';
    assert.equal(analyse({ language: 'jinja', text }).parts.length, 2);
  });

  it('reads str.format patterns alike', () => {
    const found = analyse({ language: 'format', text: '{passage}\n\n{options_}|||{answer}' });
    assert.deepEqual(
      found.parts[0]?.uses.map((use) => use.path),
      ['passage'],
    );
    assert.equal(found.parts[0]?.choices, true);
    assert.deepEqual([...rolesOf(found).targets], ['answer']);
  });

  it('says why a template cannot be parsed', () => {
    assert.match(analyse({ language: 'jinja', text: '{% if x %}a ||| b' }).error ?? '', /./);
    assert.match(analyse({ language: 'format', text: 'a { b ||| c' }).error ?? '', /stands alone/);
  });
});
