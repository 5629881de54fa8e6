// Checks AsyncAPI documents by the parser of the AsyncAPI initiative: `node asyncapi.mjs FILE…`.
// Prints one line an error or warning, and ends with status 1 where there is any. What is less is left out: it says
// that a newer version of AsyncAPI exists.
import { readFile } from 'node:fs/promises';
import parsing from '@asyncapi/parser';

const SEVERITIES = ['error', 'warning'];
const parser = new parsing.Parser();
let found = 0;

for (const file of process.argv.slice(2)) {
  const { document, diagnostics } = await parser.parse(await readFile(file, 'utf8'));
  const findings = diagnostics.filter(({ severity }) => severity < SEVERITIES.length);
  for (const { severity, code, message, path } of findings) {
    console.log(`${file}: ${SEVERITIES[severity]} ${code} at ${path.join('/')}: ${message}`);
  }
  found += findings.length;
  if (document) console.log(`${file}: ${document.allChannels().length} channels, ${document.allMessages().length} messages`);
}
process.exitCode = found ? 1 : 0;
