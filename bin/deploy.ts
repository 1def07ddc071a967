import { deploy } from '../lib/deploy.ts';

try {
  await deploy(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
