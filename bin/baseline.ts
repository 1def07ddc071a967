import { writeBaseline } from '../lib/templates/baseline.ts';

const stacks = await writeBaseline(process.argv[2]);
console.log(`Wrote ${stacks.join(', ')} to test/baseline. Tests compare the next version with them.`);
