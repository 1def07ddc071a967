import { MEMORY_MB, NODE_OPTIONS } from '../../../lib/constructs/workers/worker.ts';

interface Started {
  readonly memoryMb: number;
  /** What the function's environment says. */
  readonly nodeOptions?: string;
}

/**
 * How Lambda starts Node 24, as its bootstrap was seen to do it in February 2026
 * (dev.to/wonderfulsoap/deep-dive-into-aws-lambda-3-official-nodejs-runtime-analysis-43je): sizes of its own, unless
 * NODE_OPTIONS names one of them. There the young generation, which is three semi-spaces, is a twentieth of the memory.
 */
export const lambdaNode = ({ memoryMb, nodeOptions = '' }: Started) => ({
  execArgv: [
    '--expose-gc',
    '--max-http-header-size=81920',
    ...(/--max[_-](semi|old)[_-]space[_-]size/.test(nodeOptions) ? [] : sizes(memoryMb)),
  ],
  env: { NODE_OPTIONS: nodeOptions },
});

const sizes = (memoryMb: number): string[] => {
  const tenth = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(tenth / 6)}`, `--max-old-space-size=${memoryMb - tenth}`];
};

/** Of functions that work on a queue. */
export const workerNode = lambdaNode({ memoryMb: MEMORY_MB, nodeOptions: NODE_OPTIONS });

/** And of those that answer requests. */
export const httpNode = lambdaNode({ memoryMb: 512 });
