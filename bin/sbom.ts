import { writeFileSync } from 'node:fs';
import { deployedSbom } from '../lib/release/sbom.ts';

const file = process.argv[2] ?? 'sbom.cdx.json';
const sbom = deployedSbom();
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`${file} lists the ${sbom.components.length} packages that are deployed (CycloneDX 1.5).`);
