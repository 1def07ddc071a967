import { expect, test } from 'vitest';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { roundKinds } from './plan.ts';
import { playRound } from './round.ts';

/** Another one in each run; what fails is repeated with that which is told. */
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);

/** A few requests of what `npm run soak -- model` does a hundred thousand of. */
test.each(roundKinds.map((_, i) => seed + i))(
  'what many clients do at once leaves what they were told (MODEL_SEED=%i)',
  {
    timeout: 300_000,
  },
  async (round) => {
    const filesAt = awsEndpoint();
    const { faults, figures, done } = await playRound({ seed: round, clients: 6, steps: 10, filesAt });
    expect(faults.join('\n')).toBe('');
    expect(figures.struck).toBeGreaterThan(0);
    expect(done.length).toBeGreaterThan(20);
  },
);
