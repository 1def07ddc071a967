import { demo, describeError } from '../lib/demo/demo.ts';
import { readStack } from '../lib/local/stack/stack-file.ts';

try {
  const stack = readStack();
  if (!stack) throw new Error('No local cloud is running. Start one: npm start');
  await demo(stack, console.log);
} catch (error) {
  console.error(`The demo failed: ${describeError(error)}`);
  process.exitCode = 1;
}
