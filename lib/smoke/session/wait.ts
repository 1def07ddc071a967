import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './check.ts';
import type { Session } from './session.ts';

export interface Patience {
  readonly seconds: number;
  /** @default 1 */
  readonly everySeconds?: number;
}

/** Polls until there is a result. */
export const waitFor = async <Found>(
  what: string,
  { seconds, everySeconds = 1 }: Patience,
  { progress, sizes }: Pick<Session, 'progress' | 'sizes'>,
  find: () => Promise<Found | undefined>,
): Promise<Found> => {
  const began = Date.now();
  const most = Math.ceil(seconds * sizes.patience);
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    const passed = (Date.now() - began) / 1_000;
    if (passed >= most) throw new Failure(`Waited ${most} s for ${what} in vain.`);
    progress(`waiting for ${what}: ${Math.floor(passed)} of at most ${most} s`);
    await sleep(everySeconds * 1_000);
  }
};
