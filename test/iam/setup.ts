import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Tells what was recorded in this run from what an earlier one left. */
    run: number;
  }
}

export const setup = ({ provide }: TestProject): void => {
  provide('run', process.pid);
};
