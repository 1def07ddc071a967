/**
 * How a service uses the objects of a bucket: for each right, the folders it applies to, each with a trailing slash.
 */
export interface FileUse<Bucket extends string = string>
  extends Readonly<Partial<Record<FileRight, readonly string[]>>> {
  readonly bucket: Bucket;
}

/**
 * `read` includes listing, so that a missing object is not reported as forbidden. `link` creates download links.
 * `writeParts` writes streams. `remove` keeps older versions. `erase` lists and removes every version.
 */
export type FileRight = 'read' | 'readVersions' | 'link' | 'write' | 'writeParts' | 'remove' | 'erase';
