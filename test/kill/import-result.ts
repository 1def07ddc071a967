import { generator } from '../support/random.ts';
import { shortLives } from './lifetimes.ts';
import type { Work } from './process.ts';
import { type Delivery, openShop, type Place, undisturbed } from './shop.ts';

export interface Imported {
  readonly file: { readonly key: string; readonly text: string };
  readonly pace: Work['pace'];
  /** If absent, nothing is killed. */
  readonly killing?: { readonly seed: number; readonly mostRequests: number };
}

/** Imports a file, and returns all visible results: the job, the report, the failed rows, the stored items. */
export const importFile = async (place: Place, { file: { key, text }, pace, killing }: Imported) => {
  const shop = await openShop(place, pace);
  try {
    const notice = await shop.drop(key, text);
    const random = generator(killing?.seed ?? 0);
    const delivery: Delivery = killing
      ? { lifeOf: shortLives(random, killing.mostRequests) }
      : { lifeOf: () => undisturbed };
    // S3 notifies of an upload at least once.
    const notices = killing ? [notice, notice] : [notice];
    const { runs, kills, delivered } = await shop.workOff('imports', notices, delivery);
    const outcome = await shop.outcomeOf(key);
    if (killing) {
      await shop.workOff('imports', delivered, { lifeOf: () => undisturbed });
      const after = await shop.outcomeOf(key);
      if (JSON.stringify(after) !== JSON.stringify(outcome))
        throw new Error('Messages that came late changed something.');
    }
    return { outcome, runs, kills };
  } finally {
    shop.close();
  }
};
