import { parseArgs } from 'node:util';
import { report } from '../lib/cost/report.ts';

try {
  const { values } = parseArgs({
    options: {
      events: { type: 'string' },
      batch: { type: 'string' },
      retention: { type: 'string' },
      profiles: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  console.log(report(values));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
