import { checkAdvisories } from '../lib/release/advisories.ts';

if (!checkAdvisories(console.log)) process.exitCode = 1;
