import { stockFigures } from './back-in-stock.ts';
import { catalogFigures } from './catalog.ts';

const items = Number(process.argv[2]);
process.send?.([...(await catalogFigures(items)), ...(await stockFigures(Math.max(500, items / 20)))]);
process.disconnect();
