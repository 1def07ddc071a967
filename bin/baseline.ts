import { writeBaseline } from '../lib/templates/baseline.ts';

const stacks = await writeBaseline(process.argv[2]);
console.log(`test/baseline now holds ${stacks.join(', ')}: the next version is checked against them.`);
