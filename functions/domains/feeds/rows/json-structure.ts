import { FeedError } from '../content/feed-error.ts';
import { MAX_DEPTH } from './row.ts';

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd';

export interface Container {
  readonly isArray: boolean;
  /** Whether its objects are the rows. */
  isRows: boolean;
  key: string;
  expected: Expected;
}

const COMMA = 0x2c;
const COLON = 0x3a;

/** The arrays and objects that are open, and what may come next in them. */
export const jsonStructure = () => {
  const stack: Container[] = [];
  let root: 'missing' | 'open' | 'complete' = 'missing';
  const path = (): string =>
    stack
      .map(({ isArray, key }) => (isArray ? '' : key))
      .filter((key) => key !== '')
      .join('.');
  const fail = (reason: string): never => {
    throw new FeedError(`The feed is not valid JSON: ${reason}, in '${path()}'.`);
  };
  const endValue = (): void => {
    if (stack.length === 0) root = 'complete';
  };

  return {
    path,
    fail,
    innermost: () => stack.at(-1),
    hasBegun: () => root !== 'missing',
    isComplete: () => root === 'complete',
    endValue,
    /** Checks that a value may begin here. Returns the container that it is in. */
    beginValue(): Container | undefined {
      const container = stack.at(-1);
      if (container === undefined) {
        if (root !== 'missing') fail('it has more than one value');
        root = 'open';
      } else {
        if (container.expected !== 'value' && container.expected !== 'valueOrEnd') fail('a value is not separated');
        container.expected = 'commaOrEnd';
      }
      return container;
    },
    open(isArray: boolean, isRows: boolean): void {
      if (stack.length >= MAX_DEPTH) fail('it is nested too deep');
      stack.push({ isArray, isRows, key: '', expected: isArray ? 'valueOrEnd' : 'keyOrEnd' });
    },
    close(isArray: boolean): void {
      const container = stack.at(-1);
      const canEnd = container && /End$/.test(container.expected);
      if (container?.isArray !== isArray || !canEnd) fail(`a '${isArray ? ']' : '}'}' is not expected`);
      stack.pop();
      endValue();
    },
    punctuate(byte: number): void {
      const container = stack.at(-1) ?? fail('it has more than one value');
      if (container.expected !== (byte === COMMA ? 'commaOrEnd' : 'colon'))
        fail(`a '${String.fromCharCode(byte)}' is not expected`);
      container.expected = byte === COLON || container.isArray ? 'value' : 'key';
    },
  };
};
