import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_OPTIONS } from '../../lib/constructs/worker.ts';

const room = join(import.meta.dirname, '../../functions/triggers/room.ts');

/** Bytes that V8 gives to what is new, after a moment in which some of it stays. */
const newSpaceAfter = (first: string): number => {
  const script = `
    ${first}
    let kept = [];
    for (let i = 0; i < 3_000_000; i++) {
      if (kept.length > 30_000) kept = [];
      kept.push({ i });
    }
    const { getHeapSpaceStatistics } = await import('node:v8');
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
  `;
  const args = [NODE_OPTIONS, '--input-type=module', '--eval', script];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
};

test('a process that works on a queue has the most room for what is new at once', () => {
  const usual = newSpaceAfter('');
  const made = newSpaceAfter(`const { makeRoom } = await import(${JSON.stringify(room)}); await makeRoom();`);

  expect(made).toBeGreaterThan(2 * usual);
  expect(made).toBeGreaterThanOrEqual(64 * 1024 * 1024);
});
