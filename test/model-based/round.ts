import { type Done, runClients } from './clients.ts';
import { judge } from './judge.ts';
import { roundKinds } from './plan.ts';
import { startWorld } from './world.ts';

interface Asked {
  /** The round's own: all that is drawn in it comes from it. */
  readonly seed: number;
  readonly clients: number;
  readonly steps: number;
  /** Where S3 is. */
  readonly filesAt: string;
}

const FAULT_RATE = 0.04;
const MOST_TOLD = 60;

/** One round of many clients at once, and what is wrong afterwards. */
export const playRound = async ({ seed, clients, steps, filesAt }: Asked) => {
  const kind = roundKinds[seed % roundKinds.length] ?? 'plain';
  const onSeveralProfiles = kind === 'merging' || kind === 'erasing' ? 'merge' : 'refuse';
  const world = await startWorld({ seed, rate: FAULT_RATE, filesAt, onSeveralProfiles });
  try {
    const history = await runClients(world, { seed, kind, clients, steps });
    world.calm();
    const faults = await judge(world, history, kind);
    const struck = Object.values(world.struck).reduce((sum, count) => sum + count, 0);
    return {
      kind,
      figures: { ...world.figures, struck },
      done: history.done,
      faults: faults.map(({ about, detail }) => `${detail}\n${told(history.done, about)}`),
    };
  } finally {
    await world.stop();
  }
};

/** The steps that have to do with what went wrong, in the order in which they began. */
const told = (done: readonly Done[], about: readonly string[]): string => {
  const names = about.filter((one) => one.length > 2);
  const own = done.filter((one) => names.some((name) => JSON.stringify(one).includes(name)));
  return own
    .toSorted((a, b) => a.began - b.began)
    .slice(-MOST_TOLD)
    .map(({ began, ended, token, client, step: { pick: _, ...step }, status, attempts, ids }) =>
      [`  ${began}-${ended} client ${client} ${token}`, JSON.stringify(step), `→ ${status}`, `${attempts}×`, ids].join(
        ' ',
      ),
    )
    .join('\n');
};
