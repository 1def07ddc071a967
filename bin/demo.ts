import { demo, describeError } from '../lib/demo/demo.ts';
import { serveShop } from '../lib/demo/shop/serve.ts';
import { readStack } from '../lib/local/stack/stack-file.ts';

const SHOP_PORT = 4580;

try {
  const stack = readStack();
  if (!stack) throw new Error('No local cloud is running. Start one: npm start');
  await demo(stack, console.log);
  if (!process.argv.includes('--no-shop')) {
    const { url } = await serveShop(stack, SHOP_PORT);
    console.log(`\nA shop with the script, a popup and an embedded form: ${url} (Ctrl+C ends it)`);
  }
} catch (error) {
  console.error(`The demo failed: ${describeError(error)}`);
  process.exitCode = 1;
}
