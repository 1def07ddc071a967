import { readAsked, usage } from './asked.ts';
import { budgetSoak } from './budget.ts';
import { capacitySoak } from './capacity.ts';
import { eraseSoak } from './erase.ts';
import { fuzzSoak } from './fuzz.ts';
import { importsSoak } from './imports.ts';
import { killSoak } from './kill.ts';
import { modelSoak } from './model.ts';
import { testsSoak } from './tests.ts';

/** What takes too long for every change: `npm run soak -- fuzz`. What fails is thrown, and told with its seed. */
const soaks = {
  budget: budgetSoak,
  capacity: capacitySoak,
  erase: eraseSoak,
  fuzz: fuzzSoak,
  imports: importsSoak,
  'dry-runs': (asked: Parameters<typeof importsSoak>[0]) => importsSoak({ ...asked, withDryRuns: true }),
  kill: killSoak,
  model: modelSoak,
  tests: testsSoak,
} as const;

const names = Object.keys(soaks);
const asked = readAsked(process.argv.slice(2), Date.now() % 1_000_000);
if (!asked) console.log(usage(names));
else {
  const { name, ...how } = asked;
  const soak = name === undefined ? undefined : soaks[name as keyof typeof soaks];
  if (!soak) throw new Error(`Say which: ${names.join(', ')}.`);
  console.error(`seed ${how.seed}`);
  console.log(JSON.stringify(await soak(how), null, 2));
}
