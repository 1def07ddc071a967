import { importFigures } from './imports.ts';

process.send?.(await importFigures());
process.disconnect();
