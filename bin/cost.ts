import { parseArgs } from 'node:util';
import { synthesizedStanding } from '../lib/cost/deployment.ts';
import { options, report } from '../lib/cost/report.ts';

try {
  const { values } = parseArgs({ options });
  console.log(report(values, synthesizedStanding));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
