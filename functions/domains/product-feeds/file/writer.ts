import type { LeftOutReason } from '../records/stored-file.ts';
import type { FileProduct } from './product.ts';

/** A format of files. */
export interface FileWriter {
  /** What is before the products. The website is that of the first product. */
  readonly begin: (name: string, website: string | undefined) => string;
  /** Why a product can not be in such a file. */
  readonly problemOf: (product: FileProduct) => LeftOutReason | undefined;
  readonly product: (product: FileProduct) => string;
  readonly separator: string;
  readonly end: string;
}
