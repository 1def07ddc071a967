import { lintTemplates } from '../lib/templates/lint.ts';

if (!(await lintTemplates())) process.exitCode = 1;
