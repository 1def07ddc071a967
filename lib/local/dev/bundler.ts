import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { type BuildOptions, context, type OutputFile, transform } from 'esbuild';
import { asCommonJs, buildsOf, linkLazyModules } from '../../constructs/functions/bundle.ts';
import { sourcesIn } from '../../constructs/functions/bundle-cache.ts';
import { localFolder } from '../../process/environment.ts';

/** The code of a service's functions. */
export interface Bundle {
  readonly sources: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, string>;
  readonly digest: string;
}

export interface Bundler {
  /** Bundles a service. A later call rebuilds only what contains one of the `changed` sources. */
  bundle(name: string, changed?: readonly string[]): Promise<Bundle>;
  dispose(): Promise<void>;
}

interface Part {
  readonly sources: readonly string[];
  readonly files: readonly (readonly [name: string, code: string])[];
}

/**
 * Bundles services repeatedly and rebuilds only what has changed. The code equals that of a deployment, but it is not
 * minified and keeps arrow functions, which adds a few milliseconds to a start.
 */
export const openBundler = (): Bundler => {
  const builders = new Map<string, ReturnType<typeof openBuilder>>();
  const builderOf = (key: string, build: BuildOptions) => {
    const builder = builders.get(key) ?? openBuilder(build);
    builders.set(key, builder);
    return builder;
  };
  return {
    async bundle(name, changed = []) {
      const [startup, lazy] = buildsOf(join(localFolder, 'dev', name), name);
      // All services share one build of the lazy modules.
      const built = [builderOf(name, startup), builderOf('', lazy)].map((builder) => builder.build(changed));
      const parts = await Promise.all(built);
      const files = parts.flatMap((part) => part.files);
      return {
        sources: new Set(parts.flatMap(({ sources }) => sources)),
        files: new Map(files),
        digest: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
      };
    },
    async dispose() {
      for (const builder of builders.values()) await builder.dispose();
    },
  };
};

const openBuilder = (options: BuildOptions) => {
  const pendingContext = context({ ...options, minify: false, write: false, metafile: true });
  const converted = new Map<string, string>();
  const convert = async ({ path, text, hash }: OutputFile): Promise<readonly [string, string]> => {
    const code = converted.get(hash) ?? (await transform(linkLazyModules(text), { ...asCommonJs, minify: false })).code;
    converted.set(hash, code);
    return [basename(path), code];
  };
  const rebuild = async (): Promise<Part> => {
    const { metafile, outputFiles } = await (await pendingContext).rebuild();
    return { sources: sourcesIn(metafile.outputs), files: await Promise.all(outputFiles.map(convert)) };
  };
  let last: Promise<Part> | undefined;
  return {
    async build(changed: readonly string[]): Promise<Part> {
      const before = await last?.catch(() => undefined);
      if (before && !changed.some((file) => before.sources.includes(file))) return before;
      last = rebuild();
      return last;
    },
    dispose: async () => (await pendingContext).dispose(),
  };
};
