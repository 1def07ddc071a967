import { runAdmin } from '../lib/admin/program.ts';

await runAdmin(process.argv.slice(2));
