import { MAX_DEPTH, MAX_ROW_BYTES } from './row.ts';

type Value = string | Members | Value[];
interface Members {
  [name: string]: Value;
}

interface Element {
  readonly name: string;
  readonly members: Map<string, Value>;
  text: string;
}

type Attributes = Readonly<Record<string, string>>;

/**
 * Collects the elements of one product: an element with children is an object, a repeated one an array, any other its
 * text. Attributes are members as `@href`; the text beside them is `#text`.
 */
export const xmlValues = (attributes: Attributes) => {
  const stack: Element[] = [elementOf('', attributes)];
  let size = 0;
  let depth = 0;
  let deepest = 0;
  let isBroken = false;
  /** Beyond a bound, elements are counted and not kept. */
  const isKept = (): boolean => depth <= MAX_DEPTH && size <= MAX_ROW_BYTES;

  return {
    depth: () => depth,
    size: () => size,
    deepest: () => deepest,
    hasBrokenText: () => isBroken,
    open(name: string, more: Attributes) {
      depth += 1;
      deepest = Math.max(deepest, depth);
      size += name.length + Object.entries(more).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
      if (isKept()) stack.push(elementOf(name, more));
    },
    text(text: string) {
      size += text.length;
      if (text.includes('\u{FFFD}')) isBroken = true;
      const element = stack.at(-1);
      if (element && isKept()) element.text += text;
    },
    close() {
      // What was not kept was not pushed.
      if (stack.length === depth + 1) {
        const element = stack.pop();
        const parent = stack.at(-1);
        if (element && parent) addMember(parent, element.name, toValue(element));
      }
      depth -= 1;
    },
    fields: (): Readonly<Record<string, unknown>> => {
      const [root] = stack;
      return root ? Object.fromEntries(root.members) : {};
    },
  };
};

const elementOf = (name: string, attributes: Attributes): Element => ({
  name,
  members: new Map(
    Object.entries(attributes).flatMap(([key, value]) => (key.startsWith('xmlns') ? [] : [[`@${key}`, value]])),
  ),
  text: '',
});

const toValue = ({ members, text }: Element): Value => {
  const trimmed = text.trim();
  if (members.size === 0) return trimmed;
  if (trimmed !== '') members.set('#text', trimmed);
  return Object.fromEntries(members);
};

const addMember = ({ members }: Element, name: string, value: Value): void => {
  const existing = members.get(name);
  if (existing === undefined) members.set(name, value);
  else if (Array.isArray(existing)) existing.push(value);
  else members.set(name, [existing, value]);
};
