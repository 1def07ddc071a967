import type { MethodName } from './api.ts';

/** A call of the page: a method, its arguments, when it was made, and who waits for the result. */
export type Call = readonly [
  name: MethodName | typeof VIEW,
  args: readonly unknown[],
  time: number,
  resolve?: (value: unknown) => void,
];

export type Run = (call: Call) => void;

/** What the page notices by itself is a call as well. */
export const VIEW = 'view';

/** Begins the keys, among ours, of calls that a page left behind. */
export const LEFT = 'q';
