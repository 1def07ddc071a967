import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { playRound } from '../model-based/round.ts';
import { startDynamoDbLocal } from '../support/setup/dynamodb-local.ts';
import type { Asked } from './asked.ts';

const REQUESTS = 100_000;
const CLIENTS = 8;
const STEPS = 30;
/** Rounds that go on after one has failed, so that a run of an hour finds more than one thing. */
const MOST_FAILED = 20;

/** Many clients at once, over a table that fails now and then, until there were so many requests. */
export const modelSoak = async ({ seed, scale }: Asked): Promise<Readonly<Record<string, number>>> => {
  const [cloud, table] = await Promise.all([startMiniStack(), startDynamoDbLocal()]);
  process.env.TABLE_ENDPOINT = table.endpoint;
  const began = performance.now();
  const figures: Record<string, number> = {};
  const failed: string[] = [];
  const add = (name: string, count: number): void => {
    figures[name] = (figures[name] ?? 0) + count;
  };
  try {
    for (let round = seed; (figures['model.requests'] ?? 0) < REQUESTS * scale; round++) {
      const played = await playRound({ seed: round, clients: CLIENTS, steps: STEPS, filesAt: cloud.endpoint });
      add('model.rounds', 1);
      for (const [name, count] of Object.entries(played.figures)) add(`model.${name}`, count);
      add('model.steps', played.done.length);
      const seconds = Math.round((performance.now() - began) / 1_000);
      console.error(`round ${round} ${played.kind}: ${figures['model.requests']} requests, ${seconds} s`);
      if (played.faults.length === 0) continue;
      failed.push(`round ${round}`);
      console.error(`Wrong in round ${round} (--seed ${round}):\n${played.faults.join('\n')}`);
      if (failed.length >= MOST_FAILED) break;
    }
  } finally {
    await Promise.all([cloud.stop(), table.stop()]);
  }
  figures['model.seconds'] = Math.round((performance.now() - began) / 1_000);
  if (failed.length > 0) throw new Error(`Wrong, as told above: ${failed.join(', ')}. ${JSON.stringify(figures)}`);
  return figures;
};
