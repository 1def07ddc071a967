import { parseArgs } from 'node:util';
import { options, report } from '../lib/cost/report.ts';

try {
  const { values } = parseArgs({ options });
  console.log(report(values));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
