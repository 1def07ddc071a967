import { demo, reasonOf } from '../lib/demo/demo.ts';
import { readStack } from '../lib/local/stack/stack-file.ts';

try {
  const stack = readStack();
  if (!stack) throw new Error('There is no local cloud to fill. Start one: npm start');
  await demo(stack, console.log);
} catch (error) {
  console.error(`The demo stopped: ${reasonOf(error)}`);
  process.exitCode = 1;
}
