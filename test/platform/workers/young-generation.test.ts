import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { MEMORY_MB, NODE_OPTIONS } from '../../../lib/constructs/workers/worker.ts';
import { lambdaNode, workerNode } from '../../support/processes/lambda-node.ts';

const room = join(import.meta.dirname, '../../../functions/platform/workers/young-generation.ts');
const MB = 1024 * 1024;
const Measured = v.object({ newSpace: v.number(), heapLimit: v.number() });

interface Start {
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const makesRoom = `const { setYoungGenerationSize } = await import(${JSON.stringify(room)}); await setYoungGenerationSize();`;

/** V8's bytes for new objects, after a moment with some survivors, and for the whole heap at most. */
const measure = ({ execArgv, env }: Start, first = makesRoom) => {
  const script = `
    ${first}
    let kept = [];
    for (let i = 0; i < 3_000_000; i++) {
      if (kept.length > 30_000) kept = [];
      kept.push({ i });
    }
    const { getHeapSpaceStatistics, getHeapStatistics } = await import('node:v8');
    const newSpace = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    console.log(JSON.stringify({ newSpace, heapLimit: getHeapStatistics().heap_size_limit }));
  `;
  const args = [...execArgv, '--input-type=module', '--eval', script];
  return v.parse(Measured, JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env })));
};

test('a queue worker has the most room for new objects from the start', () => {
  const usual = measure(workerNode, '');
  const made = measure(workerNode);

  expect(made.newSpace).toBeGreaterThan(2 * usual.newSpace);
  expect(made.newSpace).toBeGreaterThanOrEqual(64 * MB);
});

test("a worker's setting exceeds Lambda's, and leaves a tenth of the memory outside the heap", () => {
  const lambda = measure(lambdaNode({ memoryMb: MEMORY_MB }));
  const own = measure(workerNode);

  expect(own.newSpace).toBeGreaterThan(lambda.newSpace);
  expect(own.heapLimit).toBeLessThanOrEqual(0.9 * MEMORY_MB * MB);
});

test('has no smaller young generation if Lambda sets sizes on the command line, as up to Node 18', () => {
  const execArgv = ['--expose-gc', '--max-semi-space-size=88', `--max-old-space-size=${MEMORY_MB - 176}`];
  const older = measure({ execArgv, env: { NODE_OPTIONS } });

  expect(older.newSpace).toBeGreaterThanOrEqual(measure(workerNode).newSpace);
});
