import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Distinguishes the records of this run from those of an earlier one. */
    run: number;
  }
}

export const setup = ({ provide }: TestProject): void => {
  provide('run', process.pid);
};
