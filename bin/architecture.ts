import { checkArchitecture } from '../lib/architecture/check.ts';

const problems = checkArchitecture({ isCheck: process.argv.includes('--check') });
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
