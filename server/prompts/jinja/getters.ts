/** Attributes by path, for filters that take `attribute='a.b.0'`. */
import { getItem } from '../python/attributes.ts';
import { isText, textOrNothing, Undefined, type Value } from '../python/values.ts';

export type Getter = (item: Value) => Value;

function parts(attribute: Value): Value[] {
  if (attribute === null) return [];
  const text = textOrNothing(attribute);
  if (text === undefined) return [attribute];
  return text.split('.').map((part) => (/^\p{Nd}+$/u.test(part) ? Number(part) : part));
}

/** Follows `attribute` into an item; `fallback` stands for what is undefined on the way. */
export function attributeGetter(attribute: Value, after?: Getter, fallback?: Value): Getter {
  const path = parts(attribute);
  return (item) => {
    let value = item;
    for (const part of path) {
      value = getItem(value, part);
      if (fallback !== undefined && fallback !== null && value instanceof Undefined) value = fallback;
    }
    return after ? after(value) : value;
  };
}

/** Follows several paths, parted by commas; gives a list. */
export function multiGetter(attribute: Value, after?: Getter): Getter {
  const text = textOrNothing(attribute);
  const paths = (text === undefined ? [attribute] : text.split(',')).map(parts);
  return (item) =>
    paths.map((path) => {
      let value = item;
      for (const part of path) value = getItem(value, part);
      return after ? after(value) : value;
    });
}

/** The lower case of a str, for sorting without regard to case. */
export function ignoreCase(value: Value): Value {
  return isText(value) ? textOrNothing(value)!.toLowerCase() : value;
}
