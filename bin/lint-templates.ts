import { lintTemplates } from '../lib/lint.ts';

if (!(await lintTemplates())) process.exitCode = 1;
