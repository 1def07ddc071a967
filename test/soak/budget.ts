import assert from 'node:assert/strict';
import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { bulkRoutes, type Spent, spendOf } from '../hostile/budget.ts';

/** Every hostile body to every route that takes many things at once: `npm test` sends the costliest alone. */
export const budgetSoak = async (): Promise<Readonly<Record<string, number>>> => {
  const cloud = await startMiniStack();
  process.env.TABLE_ENDPOINT = cloud.endpoint;
  const spent: Spent[] = [];
  try {
    for (const bulk of bulkRoutes) {
      spent.push(...(await spendOf(bulk, { isThorough: true })));
      console.error(`${bulk.name} …`);
    }
  } finally {
    await cloud.stop();
  }
  assert.deepEqual(
    spent.filter(({ isOver }) => isOver),
    [],
  );
  return {
    'budget.routes': new Set(spent.map(({ route }) => route)).size,
    'budget.bodies': spent.length,
    'budget.mostCpuMs': Math.round(Math.max(...spent.map(({ cpuMs }) => cpuMs))),
    'budget.mostMb': Math.round(Math.max(...spent.map(({ rssMb }) => rssMb))),
  };
};
