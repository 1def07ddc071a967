import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Tells what was recorded in this run from what an earlier one left. */
    run: number;
  }
}

export default function start({ provide }: TestProject) {
  provide('run', process.pid);
}
